"""Opening the section of a unit and a year, with the rights of its drafting group."""

from django.contrib.auth.models import Permission
from django.db import transaction
from wagtail.models import GroupPagePermission, Page

from accounts.grants import drafting_group
from accounts.units import Unit
from circulars.pages import SectionPage
from cms.pages import HomePage


def open_section(unit: Unit, year: int) -> SectionPage:
    """The unit's section of the year; its drafting group may add drafts there. Made once, however many ask."""
    section = SectionPage.objects.filter(unit=unit, year=year).first()
    if section is not None:
        return section
    with transaction.atomic():
        home = Page.objects.select_for_update().get(pk=HomePage.objects.get().pk)
        section = SectionPage.objects.filter(unit=unit, year=year).first()
        if section is None:
            section = SectionPage(
                title=f"{unit.short_name} {year}年",
                slug=f"{unit.code.lower()}-{year}",
                unit=unit,
                year=year,
                live=False,
            )
            home.add_child(instance=section)
            GroupPagePermission.objects.create(
                group=drafting_group(unit),
                page=section.page_ptr,
                permission=Permission.objects.get(content_type__app_label="wagtailcore", codename="add_page"),
            )
    return section
