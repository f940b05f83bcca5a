package courses

import (
	"context"
	"errors"

	"go-crablet/dcb/sealed"
)

// Pages show these in the place of a name that can't be opened.
const (
	ForgottenName  = "Forgotten student"
	UnreadableName = "Unreadable name"
)

// SealName checks a student's name and seals it, for a command to carry. Decisions can't
// read a sealed name, so this function keeps the rule of names. It refuses an invalid id,
// an invalid name, and any name for a forgotten student.
func SealName(ctx context.Context, keys *sealed.Keys, student StudentID, name string) (sealed.Text, error) {
	switch {
	case !student.Valid():
		return "", ErrStudentIDInvalid
	case !ValidText(name):
		return "", ErrNameInvalid
	}
	text, err := keys.Seal(ctx, student.Tag(), name)
	if errors.Is(err, sealed.ErrForgotten) {
		return "", ErrNoSuchStudent
	}
	return text, err
}

// maxSealed is how many bytes a sealed name may have. The longest name, sealed for the
// longest id, has 684.
const maxSealed = 1000

// IsSealedName reports whether a text has the form of a sealed name.
func IsSealedName(name sealed.Text) bool { return len(name) <= maxSealed && name.IsSealed() }

// validName reports whether a text can be a name. Of a sealed one it sees only the form.
func validName(name sealed.Text) bool { return IsSealedName(name) || ValidText(string(name)) }

// ShownName returns what pages show for a name, given the results of opening it.
func ShownName(opened string, err error) string {
	switch {
	case errors.Is(err, sealed.ErrForgotten):
		return ForgottenName
	case err != nil:
		return UnreadableName
	default:
		return opened
	}
}
