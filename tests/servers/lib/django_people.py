"""The users of the test project."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django_scim.models import AbstractSCIMUserMixin


class Person(AbstractSCIMUserMixin, AbstractUser):
    """Django's user with what SCIM wants beside it."""

    changed = models.DateTimeField(auto_now=True)

    @property
    def scim_groups(self):
        return self.groups
