"""Table of contents: every model of the app."""

from accounts.grants import UnitGroupObjectPermission, UnitUserObjectPermission
from accounts.people import Post, User
from accounts.units import Unit

__all__ = ["Post", "Unit", "UnitGroupObjectPermission", "UnitUserObjectPermission", "User"]
