"""The pages, one module each: what their templates show, as plain values."""
