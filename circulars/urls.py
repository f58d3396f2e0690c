"""The desk's addresses of this app; every name has its row in ``config.doors``."""

from django.urls import path

from circulars.views import (
    beginning,
    comparing,
    deciding,
    drafting,
    numbers,
    paper,
    receiving,
    recipientlists,
    secrecy,
    sending,
)

app_name = "circulars"

urlpatterns = [
    path("received/", receiving.inbox, name="inbox"),
    path("received/<int:pk>/", receiving.reading, name="reading"),
    path("received/<int:pk>/sign/", receiving.sign, name="sign"),
    path("received/<int:pk>/return/", receiving.send_back, name="send_back"),
    path("received/<int:pk>/slip/", receiving.slip, name="slip"),
    path("received/<int:pk>/attachments/<int:number>/", receiving.attachment, name="attachment"),
    path("drafts/", drafting.drafts, name="drafts"),
    path("received/<int:pk>/pass-on/", beginning.pass_on, name="pass_on"),
    path("drafts/<int:pk>/copy/", beginning.copy, name="copy"),
    path("drafts/import/", beginning.import_draft, name="import_draft"),
    path("drafts/new/<slug:code>/", drafting.new, name="new"),
    path("drafts/<int:pk>/withdraw/", drafting.withdraw, name="withdraw"),
    path("drafts/<int:pk>/attachments/<int:number>/", drafting.draft_attachment, name="draft_attachment"),
    path("recipients/", recipientlists.lists, name="recipient_lists"),
    path("recipients/new/<slug:code>/", recipientlists.new_list, name="new_recipient_list"),
    path("recipients/<int:pk>/", recipientlists.edit_list, name="recipient_list"),
    path("recipients/<int:pk>/delete/", recipientlists.delete_list, name="delete_recipient_list"),
    path("recipients/of/<slug:code>/", recipientlists.selection, name="selection"),
    path("drafts/<int:pk>/versions/", comparing.versions, name="versions"),
    path("drafts/<int:pk>/marked/", comparing.marked_copy, name="marked"),
    path("in-hand/", deciding.in_hand, name="in_hand"),
    path("in-hand/<int:pk>/", deciding.decide, name="decide"),
    path("secrecy/", secrecy.hits, name="secrecy_hits"),
    path("secrecy/<int:pk>/lift/", secrecy.lift_alarm, name="secrecy_lift"),
    path("outbox/", sending.outbox, name="outbox"),
    path("outbox/<int:pk>/return/", sending.recheck_return, name="recheck_return"),
    path("outbox/<int:pk>/register/", sending.registration, name="register"),
    path("paper/", paper.owed, name="paper"),
    path("paper/sheet/", paper.sheet, name="paper_sheet"),
    path("paper/<int:pk>/", paper.hand_over, name="hand_over"),
    path("numbers/", numbers.register, name="numbers"),
    path("numbers/void/", numbers.void_missing, name="void_missing"),
    path("sent/<uuid:uuid>/", sending.board, name="board"),
    path("sent/<uuid:uuid>/send/", sending.send, name="send"),
    path("sent/<uuid:uuid>/void/", numbers.void_circular, name="void"),
    path("sent/<uuid:uuid>/text/", sending.own_text, name="own_text"),
    path("sent/<uuid:uuid>/attachments/<int:number>/", sending.own_attachment, name="own_attachment"),
]
