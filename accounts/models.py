"""Table of contents: every model of the app."""

from accounts.grants import UnitGroupObjectPermission, UnitUserObjectPermission
from accounts.people import Post, User
from accounts.slips import Slip
from accounts.units import Unit

__all__ = ["Post", "Slip", "Unit", "UnitGroupObjectPermission", "UnitUserObjectPermission", "User"]
