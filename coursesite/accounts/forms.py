"""What is asked for at sign-in and in the settings."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import EqualTo, InputRequired, Length


class SignInForm(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    """`kept` is what the person had sent when their session was found to be over."""

    email = EmailField(
        _("E-mail address"),
        validators=[InputRequired(_("Enter your e-mail address")), Length(max=254)],
    )
    password = PasswordField(
        _("Password"), validators=[InputRequired(_("Enter your password")), Length(max=1000)]
    )
    next = HiddenField()
    kept = HiddenField()


class ThemeForm(FlaskForm):  # type: ignore[misc]  # as above
    theme = RadioField(
        _("Colours"),
        choices=[
            SelectChoice("device", _("As this device is set")),
            SelectChoice("light", _("Light")),
            SelectChoice("dark", _("Dark")),
        ],
        default="device",
    )


class NewPasswordForm(FlaskForm):  # type: ignore[misc]  # as above
    new_password = PasswordField(
        _("New password"), validators=[InputRequired(_("Enter a new password"))]
    )
    again_password = PasswordField(
        _("The new password again"),
        validators=[EqualTo("new_password", _("The two new passwords are not the same"))],
    )


class ChangePasswordForm(NewPasswordForm):
    old_password = PasswordField(
        _("Your password now"),
        validators=[InputRequired(_("Enter the password that you have now")), Length(max=1000)],
    )
