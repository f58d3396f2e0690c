"""Every address of ours and who may come in by it: the one table that the site obeys and the tests walk.

A view whose name has no row here is answered 404 and fails the build. A row is the outer door only: inside, every record is
fetched through a queryset that knows the person. ``partydoors`` and ``paperdoors`` are its two long parts.
"""

from accounts.roles import Right
from config.audience import KEEPING, LINES, SEARCHING, Audience, Door
from config.oversightdoors import OVERSIGHT_DOORS
from config.paperdoors import PAPER_DOORS
from config.partydoors import HANDOVERS, PARTY_DOORS

__all__ = ["DOORS", "HANDOVERS", "KEEPING", "LINES", "SEARCHING", "Audience"]

# View name → audience, or the rights of which one is enough (held for any unit).
DOORS: dict[str, Door] = {
    "login": Audience.EVERYBODY,
    "healthz": Audience.EVERYBODY,
    "metrics": Audience.EVERYBODY,  # by a token that the view looks at
    "logout": Audience.SIGNED_IN,
    "home": Audience.SIGNED_IN,
    "network_home": frozenset({Right.OPERATE}),
    "leader_home": frozenset({Right.MANAGE_STAFF}),
    "provider_home": frozenset({Right.SERVE}),
    "notices": Audience.SIGNED_IN,
    "notice": Audience.SIGNED_IN,
    "messages": Audience.SIGNED_IN,
    "messages_read": Audience.SIGNED_IN,
    "keyboard": Audience.SIGNED_IN,
    "type_size": Audience.SIGNED_IN,
    # signing in
    "accounts:password": Audience.SIGNED_IN,
    "accounts:second_factor": Audience.EVERYBODY,  # between the password and the desk nobody is signed in; the session says whose turn it is
    "accounts:first_factor": Audience.EVERYBODY,
    **dict.fromkeys(
        (
            "accounts:safety",
            "accounts:own_code",
            "accounts:own_passkey",
            "accounts:drop_factor",
            "accounts:new_recovery_codes",
        ),
        Audience.SIGNED_IN,
    ),
    "accounts:sign_in_care": frozenset({Right.GUARD_SIGN_IN}),
    "accounts:withdraw_factors": frozenset({Right.GUARD_SIGN_IN}),
    "accounts:locked": Audience.EVERYBODY,  # whose session has ended has a token; the view looks at it
    "accounts:lock": Audience.SIGNED_IN,
    "accounts:here": Audience.SIGNED_IN,
    "accounts:slips": frozenset({Right.HELP_SIGN_IN, Right.CONFIRM_SLIP}),
    "accounts:slip": frozenset({Right.HELP_SIGN_IN, Right.CONFIRM_SLIP}),
    "accounts:people": frozenset({Right.HELP_SIGN_IN}),
    "accounts:import_people": frozenset({Right.HELP_SIGN_IN}),
    "accounts:account_letters": frozenset({Right.HELP_SIGN_IN}),
    "accounts:person": frozenset({Right.HELP_SIGN_IN}),
    "accounts:close_account": frozenset({Right.HELP_SIGN_IN}),
    "accounts:reopen_account": frozenset({Right.HELP_SIGN_IN}),
    "accounts:locks": frozenset({Right.HELP_SIGN_IN}),
    "accounts:lift_lock": frozenset({Right.HELP_SIGN_IN}),
    **PARTY_DOORS,
    **PAPER_DOORS,
    **OVERSIGHT_DOORS,
}
