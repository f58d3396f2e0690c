"""Circulars and deliveries by the million, written as rows: what years of use would have left behind.

One draft is made by the product; the other drafts are copies of its row, because a page has two tables and Django fills only one in bulk.
A delivery's times are those of a town that gets twelve circulars a day. The newest eighty are open everywhere; all others were signed for,
and but for the newest of these registered and handled.
"""

from datetime import datetime, timedelta
from uuid import uuid4

from django.db import connection, transaction
from django.utils import timezone
from wagtail.models import Page

from accounts.units import Unit
from circulars.deeds import Deed
from circulars.deliveries import Channel, Delivery
from circulars.layouts import Layout
from circulars.pages import CircularPage
from circulars.recipients import Addressed, addressed
from circulars.registration import Circular, CircularText, DistributionLine, IssuerLine
from circulars.sections import open_section
from circulars.snapshots import addressees, digest_of, snapshot_of
from cms import ledger
from cms.ledger import canonical
from tests.bench.register import SINCE, Register

# Of the newest circulars so many are open, so many at least are not registered by the units, and so many not handled.
OPEN, UNREGISTERED, UNHANDLED = 80, 100, 160
RECEIVING = 50
APART = timedelta(hours=2)
# How long after the sending of a circular these came, by the columns of a delivery.
AFTER = {
    "due_at": timedelta(hours=33),
    "warn_at": timedelta(hours=29),
    "delivered_at": timedelta(minutes=90),
    "opened_at": timedelta(minutes=90),
    "signed_at": timedelta(minutes=100),
}
# The same of what the unit did with it: it registered it, and had done with it.
SINCE_THEN = {
    "registered_at": (UNREGISTERED, timedelta(hours=3)),
    "handled_at": (UNHANDLED, timedelta(hours=75)),
}
BEFORE = timedelta(minutes=40)  # a circular was registered so long before it was sent
PARAGRAPH = "各有关单位要高度重视,明确责任,细化措施,按时完成,并将办理情况及时报送。" * 4


class Stock:
    """The circulars of the office and their deliveries to the first fifty units."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self.now = timezone.now()
        self.circulars = self.deliveries = 0
        self._pattern: Circular | None = None
        self.draft = CircularPage(
            title="关于进一步做好有关工作的通知",
            series=register.series,
            issuer_mark=f"{register.office.name}文件",
            body="\n".join([PARAGRAPH] * 12),
            signatures=register.office.name,
            live=False,
        )
        open_section(register.office, SINCE.year).add_child(instance=self.draft)

    def grow(self, deliveries: int) -> None:
        """There are so many deliveries at least, the added circulars older than those already there."""
        with transaction.atomic():
            self._trust_copies()
            circulars = self._sent(-(-(deliveries - self.deliveries) // RECEIVING))
            if self._pattern is None:
                written, circulars = circulars[: OPEN + 1], circulars[OPEN + 1 :]
                Delivery.objects.bulk_create([self._delivery(c, place) for c in written for place in range(RECEIVING)])
                self._pattern = written[-1]
                text = canonical(snapshot_of(self.draft))
                CircularText.objects.bulk_create(
                    [CircularText(circular=circular, content=text) for circular in written]
                )
            self._copy_deliveries(circulars)
            self.deliveries = Delivery.objects.count()
        self.look_around()

    def shelve(self, circulars: int, *, reader: Unit) -> None:
        """There are so many circulars at least, the added ones, if any, sent to one unit alone, which signed for them."""
        with transaction.atomic():
            added = self._sent(max(circulars - self.circulars, 0))
            place = self.register.units.index(reader)
            Delivery.objects.bulk_create([self._delivery(circular, place) for circular in added], batch_size=500)
        self.look_around()

    def registered(self, groups: tuple[str, ...], count: int) -> list[Circular]:
        """Circulars that wait to be sent to these groups."""
        snapshot = snapshot_of(self.draft) | {"primary": {"text": "各有关单位:", "groups": [*groups], "units": []}}
        digest = digest_of(snapshot)
        with transaction.atomic():
            pages = self._drafts(count)
            sealed = {
                "digest": digest,
                "state": Circular.State.SEALED,
                "predates_seals": True,
            }  # nothing is sealed here
            waiting = [self._circular(page, **sealed) for page in pages]
            for circular in waiting:
                circular.title = snapshot["title"]
            made = Circular.objects.bulk_create(waiting)
            for circular in made:
                for deed in (Deed.CIRCULAR_REGISTERED, Deed.SEALED_ON_PAPER):
                    ledger.enter(
                        deed,
                        subject=ledger.subject_of(circular),
                        at=self.now,
                        circular=circular.uuid,
                        unit=circular.issuer_id,
                    )
            text = canonical(snapshot)
            CircularText.objects.bulk_create([CircularText(circular=circular, content=text) for circular in made])
            (name,) = snapshot["issuer_names"]
            IssuerLine.objects.bulk_create(
                [
                    IssuerLine(circular=each, unit_id=each.issuer_id, name=name, place=0, approver_id=each.approver_id)
                    for each in made
                ]
            )
            primary, cc = addressees(snapshot)
            units = list(addressed(primary, cc, snapshot["issuers"]).values_list("pk", flat=True))
            DistributionLine.objects.bulk_create(
                [
                    DistributionLine(circular=circular, unit_id=unit, role=Addressed.PRIMARY)
                    for circular in made
                    for unit in units
                ],
                batch_size=5000,
            )
        return made

    def database(self) -> str:
        """Which server in which version, and how it commits."""
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("SELECT sqlite_version()")
                return f"SQLite {cursor.fetchone()[0]}, WAL, synchronous=FULL"
            cursor.execute("SELECT current_setting('server_version'), current_setting('fsync')")
            version, fsync = cursor.fetchone()
            return f"PostgreSQL {version.split()[0]}, fsync={fsync}"

    def _trust_copies(self) -> None:
        """Copied rows point to rows that are there: PostgreSQL need not look at each of a million when the transaction ends."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('session_replication_role', 'replica', true) FROM pg_user WHERE usename = user AND usesuper"
                )

    def _sent(self, count: int) -> list[Circular]:
        pages = self._drafts(count)
        newest = self.now - APART * self.circulars
        circulars = [
            self._circular(
                page,
                state=Circular.State.SENT,
                sender=self.register.sender,
                sent_at=newest - APART * back,
                registered_at=newest - APART * back - BEFORE,
                predates_seals=True,
            )
            for back, page in enumerate(pages)
        ]
        return Circular.objects.bulk_create(circulars, batch_size=500)

    def _circular(self, page: Page, **elements: object) -> Circular:
        office, somebody = self.register.office, self.register.sender
        self.circulars += 1
        return Circular(
            page_id=page.pk,
            series=self.register.series,
            year=SINCE.year,
            sequence=self.circulars,
            number=f"延政办发〔{SINCE.year}〕{self.circulars}号",
            title=f"{office.name}关于进一步做好第{self.circulars}项工作的通知",
            document_type=self.draft.document_type,
            layout=Layout.GENERAL,
            urgency=self.draft.urgency,
            direction=self.draft.direction,
            issuer=office,
            issuer_name=office.short_name,
            openness=self.draft.openness,
            retention=self.draft.retention,
            written_date=SINCE.date(),
            attachment_count=0,
            drafter=somebody,
            approver=somebody,
            approved_at=SINCE,
            registrar=somebody,
            **{"registered_at": SINCE} | elements,
        )

    def _copy_deliveries(self, circulars: list[Circular]) -> None:
        """They have reached every unit and were signed for, all alike: each is the pattern's rows at times of its own, all in one statement."""
        assert self._pattern
        quote, fields = connection.ops.quote_name, Delivery._meta.local_concrete_fields
        own = {"circular_id": "c.id", "sent_at": "c.sent_at"} | {name: _later(after) for name, after in AFTER.items()}
        own |= {
            name: f"CASE WHEN c.sequence > {newest} THEN {_later(after)} END"
            for name, (newest, after) in SINCE_THEN.items()
        }
        rest = [str(field.column) for field in fields if field.column not in own and not field.primary_key]
        names = ", ".join(quote(column) for column in [*own, *rest])
        values = ", ".join([*own.values(), *(f"p.{quote(column)}" for column in rest)])
        table, source = quote(Delivery._meta.db_table), quote(Circular._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} ({names}) SELECT {values} FROM {source} c, {table} p "
                "WHERE p.circular_id = %s AND c.sequence BETWEEN %s AND %s ORDER BY c.sequence, p.id",
                [self._pattern.pk, circulars[0].sequence, circulars[-1].sequence],
            )

    def _delivery(self, circular: Circular, place: int) -> Delivery:
        unit, clerk = self.register.units[place], self.register.clerks[place % len(self.register.clerks)]
        is_open = circular.sequence <= OPEN
        times = _times(circular)
        if is_open:
            del times["signed_at"]
        return Delivery(
            circular=circular,
            unit=unit,
            unit_name=unit.short_name,
            issuer=self.register.office,
            role=Addressed.PRIMARY,
            channel=Channel.ELECTRONIC,
            urgency=circular.urgency,
            due_pending=False,
            window_minutes=540,
            rules=self.register.rules,
            round=1,
            state=Delivery.State.OPENED if is_open else Delivery.State.SIGNED_FOR,
            opened_by=clerk,
            signed_by=None if is_open else clerk,
            signing_key=None if is_open else uuid4(),
            taken_minutes=None if is_open else 100,
            return_code="",
            return_reason="",
            relief="",
            urges=0,
            **times,
        )

    def _drafts(self, count: int) -> list[Page]:
        """So many more drafts in the section: page rows in bulk, and for each a copy of the first draft's own row."""
        section = self.draft.get_parent(update=True)
        taken = section.numchild
        pages = Page.objects.bulk_create(
            [
                Page(
                    path=Page._get_path(section.path, section.depth + 1, taken + step),
                    depth=section.depth + 1,
                    title=self.draft.title,
                    draft_title=self.draft.title,
                    slug=f"gw-{taken + step}",
                    url_path=f"{section.url_path}gw-{taken + step}/",
                    content_type_id=self.draft.content_type_id,
                    locale_id=self.draft.locale_id,
                    live=False,
                )
                for step in range(1, count + 1)
            ],
            batch_size=200,
        )
        Page.objects.filter(pk=section.pk).update(numchild=taken + count)
        quote, own = connection.ops.quote_name, CircularPage._meta
        key = quote(own.pk.column)
        names = ", ".join(quote(field.column) for field in own.local_concrete_fields if field is not own.pk)
        table, page_table = quote(own.db_table), quote(Page._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} ({key}, {names}) SELECT p.id, {names} FROM {page_table} p, {table} d "
                f"WHERE d.{key} = %s AND p.path LIKE %s AND p.id NOT IN (SELECT {key} FROM {table})",
                [self.draft.pk, f"{section.path}{'_' * Page.steplen}"],
            )
        return pages

    def look_around(self) -> None:
        """PostgreSQL knows the size of its tables, as its own housekeeping sees to; SQLite is left as the product leaves it."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")


def _times(circular: Circular) -> dict[str, datetime]:
    """When a delivery of it was sent, due, opened and signed for, by the columns of the table."""
    assert circular.sent_at
    return {"sent_at": circular.sent_at} | {name: circular.sent_at + after for name, after in AFTER.items()}


def _later(after: timedelta) -> str:
    """So long after the circular was sent, in the words of this engine."""
    minutes = after // timedelta(minutes=1)
    if connection.vendor == "postgresql":
        return f"c.sent_at + interval '{minutes} minutes'"
    return f"strftime('%%Y-%%m-%%d %%H:%%M:%%f', c.sent_at, '+{minutes} minutes')"
