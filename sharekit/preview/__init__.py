"""The preview page: see every post on every channel as it will look, fix it, approve it.

A Starlette application on this computer. It has no logic of its own: pages (`pages`) show what
`sharekit.app` gives, buttons (`actions`) call it. `desk` holds what was read, `guard` lets in
who may, `live` tells open pages what has changed, `drawing` and `networks.yaml` say how each
network draws a post, `words.yaml` holds all strings. Imported only by `sharekit preview`.
"""
