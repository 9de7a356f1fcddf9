"""The verbs of an account, for administrators."""

from typing import Any

from django.contrib.auth.forms import SetPasswordMixin

from editorial.accounts import second_factor
from editorial.actions import change_password, send_password_link
from editorial.models import User
from editorial.verbs.forms import ReasonForm, VerbForm
from editorial.verbs.table import Verb


class PasswordForm(SetPasswordMixin, VerbForm):
    """A form for a new password, typed twice."""

    subject: User
    password1, password2 = SetPasswordMixin.create_password_fields()

    def clean(self) -> dict[str, Any]:
        self.validate_passwords()
        self.validate_password_for_user(self.subject)
        return self.cleaned_data

    def arguments(self) -> dict[str, object]:
        return {"password": self.cleaned_data["password1"]}


class FirstPasswordForm(PasswordForm):
    """A form for the first password of an account: there is no access yet that it could end."""

    password1, password2 = SetPasswordMixin.create_password_fields()
    password1.help_text = "At least 12 characters. Four words that do not belong together make a good password."


SET_PASSWORD = Verb(
    name="set-password",
    action=change_password,
    label="Set a password",
    form=PasswordForm,
    explain="The account's sessions, API tokens, answer links in mails and calendar address end, and its owner gets a "
    "mail. Give them the new password in person. Only for accounts without an e-mail address.",
    done="The password is set.",
    template="admin/editorial/set_password.html",
)
SEND_PASSWORD_LINK = Verb(
    name="send-password-link",
    action=send_password_link,
    label="Send a link to set a password",
    explain="The owner gets a mail with a link that works once, within an hour. The present password stays until they "
    "open it. A second factor stays, too: reset it as well if they lost that.",
    done="The link is on its way.",
)
RESET_SECOND_FACTOR = Verb(
    name="reset-second-factor",
    action=second_factor.reset,
    label="Reset the second factor",
    form=ReasonForm,
    explain="For someone who lost their phone and recovery codes. Make sure that the request comes from them. "
    "Afterwards the password alone logs them in, until they set up a new one. Their sessions, API tokens, answer links "
    "and calendar address end. They are notified by mail.",
    done="The second factor is reset.",
    is_grave=True,
)
