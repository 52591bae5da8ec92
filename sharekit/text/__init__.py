"""Words, pure: tokens, templates, links, counting, fitting, and the message they become."""
