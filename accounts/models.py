"""Table of contents: every model of the app."""

from accounts.grants import UnitGroupObjectPermission, UnitUserObjectPermission
from accounts.people import Post, User
from accounts.slips import Slip
from accounts.standins import StandIn
from accounts.units import Unit

__all__ = ["Post", "Slip", "StandIn", "Unit", "UnitGroupObjectPermission", "UnitUserObjectPermission", "User"]
