"""The addresses of the secretariat's oversight."""

from django.urls import path

from reports import views

app_name = "reports"

urlpatterns = [
    path("overview/", views.overview, name="overview"),
    path("reports/month/", views.month, name="month"),
    path("reports/month.xlsx", views.month_workbook, name="month_workbook"),
]
