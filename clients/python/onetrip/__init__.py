"""Tells the Onetrip proxy which test and which request a statement belongs to.

    with onetrip.window("checkout") as checkout:
        pay(cart)
    checkout.assert_budget(max_statements=12)

ONETRIP_API says where the proxy's API is; `onetrip exec` sets it. Without it, and when nobody answers there, everything
here does nothing. Nothing here sends SQL or opens a connection to a database.
"""

from onetrip.windows import Window, watch, window

__all__ = ["Window", "watch", "window"]
