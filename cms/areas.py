"""辖区: calendar, office hours, rule set and number authority hang on an area (Articles 2 and 29)."""

from django.conf import settings
from django.db import models


class AreaQuerySet(models.QuerySet["Area"]):
    def home(self) -> "Area":
        """The area this installation was set up for (``settings.AREA``)."""
        return self.get(code=settings.AREA)


class Area(models.Model):
    """A city or county whose office runs this system for its own units."""

    code = models.SlugField("代码", unique=True)
    name = models.CharField("名称", max_length=60)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = "辖区"
        verbose_name_plural = "辖区"

    def __str__(self) -> str:
        return self.name

    @property
    def is_home(self) -> bool:
        return self.code == settings.AREA

    @property
    def secretariat(self) -> str:
        """What its secretariat is called on forms and sheets."""
        return "市政府办公室秘书科" if self.is_home else f"{self}政府办公室"
