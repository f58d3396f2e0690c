"""The addresses of the secretariat's oversight."""

from django.urls import path

from reports import (
    answerviews,
    archiveviews,
    delayviews,
    foundviews,
    handlingbook,
    keyviews,
    kitviews,
    lineviews,
    listviews,
    matrixviews,
    presenceviews,
    printbook,
    publishing,
    registerviews,
    scoreviews,
    sideviews,
    views,
)

app_name = "reports"

urlpatterns = [
    path("overview/", views.overview, name="overview"),
    path("overview/delays/", delayviews.delays, name="delays"),
    path("overview/matrix/", matrixviews.matrix, name="matrix"),
    path("overview/matrix.xlsx", matrixviews.matrix_workbook, name="matrix_workbook"),
    path("search/results.xlsx", foundviews.search_book, name="search_book"),
    path("reports/month/", views.month, name="month"),
    path("lines/months/", lineviews.line_months, name="line_months"),
    path("lines/months.xlsx", lineviews.line_workbook, name="line_workbook"),
    path("reports/month.xlsx", views.month_workbook, name="month_workbook"),
    path("reports/month/publish/", publishing.publish_month, name="publish_month"),
    path("reports/sides/", sideviews.sides, name="sides"),
    path("reports/sides.xlsx", sideviews.sides_workbook, name="sides_workbook"),
    path("reports/key-service.xlsx", keyviews.key_service_workbook, name="key_service_workbook"),
    path("reports/fees.xlsx", keyviews.fees_workbook, name="fees_workbook"),
    path("reports/deductions.xlsx", keyviews.deductions_workbook, name="deductions_workbook"),
    path("reports/deductions/<int:pk>.xlsx", keyviews.deduction_workbook, name="deduction_workbook"),
    path("reports/providers/", scoreviews.page, name="scorecard"),
    path("reports/providers.xlsx", scoreviews.workbook, name="scorecard_workbook"),
    path("lists/<slug:name>.xlsx", listviews.list_workbook, name="list_workbook"),
    path("handling/<slug:name>.xlsx", handlingbook.handling_workbook, name="handling_workbook"),
    path("sent/<uuid:uuid>/answers.xlsx", answerviews.answers_workbook, name="answers_workbook"),
    path("reports/filed.xlsx", archiveviews.filed_workbook, name="filed_workbook"),
    path("archive/transfers/<int:pk>.xlsx", archiveviews.transfer_workbook, name="transfer_workbook"),
    path("archive/destruction/<int:pk>.xlsx", archiveviews.destruction_workbook, name="destruction_workbook"),
    path("reports/kit.xlsx", kitviews.kit_workbook, name="kit_workbook"),
    path("reports/register.xlsx", registerviews.register_workbook, name="register_workbook"),
    path("printed/log.xlsx", printbook.print_workbook, name="print_workbook"),
    path("reports/presence/", presenceviews.presence, name="presence"),
    path("reports/presence.xlsx", presenceviews.presence_workbook_of, name="presence_workbook"),
    path("reports/presence/today/", presenceviews.presence_today, name="presence_today"),
    path("reports/presence/of/<str:code>/", presenceviews.presence_unit, name="presence_unit"),
]
