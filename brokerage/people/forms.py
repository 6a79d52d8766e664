"""Forms about persons and posts."""

from typing import Any

from flask_security.forms import ForgotPasswordForm, LoginForm
from wtforms import BooleanField, EmailField, PasswordField, SelectField, StringField, TelField
from wtforms.validators import EqualTo, Length, Optional

from brokerage.actor import PostKind
from brokerage.schools.forms import SchoolField
from brokerage.web.fields import DateField, Needed
from brokerage.web.forms import BrokerageForm, VersionedForm

POSTS = [(kind.value, kind.value[0].upper() + kind.value[1:]) for kind in PostKind]


class PersonForm(VersionedForm):
    name = StringField("Name", [Needed("Enter the person's name."), Length(max=150)])
    email = EmailField("E-mail address")
    telephone = TelField("Telephone", [Length(max=40)])


class PostForm(BrokerageForm):
    kind = SelectField("Post", choices=POSTS)
    partnership = SelectField("Partnership", coerce=int)
    school = SchoolField("School", [Optional()])
    from_on = DateField("First day in post", [Needed("Enter the first day in post.")])


class NewPersonForm(PostForm):
    name = StringField("Name", [Needed("Enter the person's name."), Length(max=150)])
    email = EmailField("E-mail address")
    telephone = TelField("Telephone", [Length(max=40)])
    invite = BooleanField("Invite them by e-mail to sign in")


class SignInForm(LoginForm):
    """Flask-Security's form, in our words; the page itself leads to a forgotten password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email.label.text = "E-mail address"
        self.password.description = ""


class ResetForm(ForgotPasswordForm):
    """Flask-Security's form, in our words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email.label.text = "E-mail address"


class EndPostForm(BrokerageForm):
    to_on = DateField("Last day in post", [Needed("Enter the last day in post.")])


class FirstPasswordForm(BrokerageForm):
    password = PasswordField(
        "Password",
        [
            Needed("Choose a password."),
            Length(min=12, max=128, message="Use 12 to 128 letters, numbers or marks."),
        ],
        description="At least 12 letters, numbers or marks",
    )
    again = PasswordField(
        "The same password again", [EqualTo("password", "The two passwords are not the same.")]
    )
