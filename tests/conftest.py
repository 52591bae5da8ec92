from __future__ import annotations

import pytest

# Before anything imports it, so that its asserts say what they saw.
pytest.register_assert_rewrite("sharekit.testing.contract")
