"""For whom a door is: one of these audiences, or people by a right that they hold for any unit; some rights go together."""

from enum import Enum

from accounts.roles import Right


class Audience(Enum):
    """Who comes in without a particular right."""

    EVERYBODY = "不必登录"
    SIGNED_IN = "已登录"
    ADMIN = "有权进入内容管理后台"


# An audience, or the rights of which one is enough.
Door = Audience | frozenset[Right]

# Who may keep a key at all.
KEEPING = frozenset({Right.SEAL, Right.RECEIVE, Right.APPROVE, Right.APPROVE_IMPORTANT})

# Who may keep a seal or a leader's stamp.
SEALING = KEEPING - {Right.RECEIVE}

# Who manages or confirms keys, or serves a vendor of them.
KEY_SERVICE = frozenset({Right.MANAGE_KEYS, Right.CONFIRM_KEY, Right.SERVE})
# Whom a line concerns: who runs or inspects, the carrier's people, the unit's own.
LINES = frozenset({Right.OPERATE, Right.INSPECT, Right.SERVE, Right.READ})

# Who has a hand in what a unit has received, from the proposal to the last reader.
HANDS = frozenset({Right.HANDLE_INCOMING, Right.INSTRUCT, Right.DO_WORK, Right.READ_CIRCULATED})
# Who presses for it, circulates it and sets by which steps it goes.
MANAGING = frozenset({Right.HANDLE_INCOMING, Right.INSTRUCT})
# Who has one of the lists that are taken away as workbooks; each list asks for its own right besides.
LISTING = frozenset(
    {
        *(Right.READ, Right.HANDLE_INCOMING, Right.RECEIVE, Right.CONFIRM_SPOILT, Right.TRACK, Right.SEND),
        *(Right.REGISTER, Right.INSPECT, Right.OPERATE, Right.KEEP_ARCHIVE, Right.APPROVE_DESTRUCTION),
    }
)
# Who finds papers: who reads them, works on them, follows them or inspects.
SEARCHING = frozenset({Right.READ, Right.TRACK, Right.INSPECT, Right.DO_WORK, Right.READ_CIRCULATED})
