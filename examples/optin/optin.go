package optin

import (
	"context"
	"errors"
	"time"

	"go-crablet/dcb"
)

// The refusals.
var (
	ErrNotPending = errors.New("no sign-up is pending for this code and this address")
	ErrUsed       = errors.New("the code was used already")
	ErrExpired    = errors.New("the code has expired")
)

// A SignUp is named by the address and the code that was sent to it.
type SignUp struct {
	Email string `json:"email"`
	Code  string `json:"otp"`
}

func (s SignUp) tags() dcb.Tags { return dcb.NewTags("email", s.Email, "otp", s.Code) }

// SignUpInitiated says that the code was sent to the address.
type SignUpInitiated struct {
	SignUp
	Name      string    `json:"name"`
	ExpiresAt time.Time `json:"expires_at"`
}

// SignUpConfirmed says that the code came back, so the address is that of the person who
// signed up.
type SignUpConfirmed struct {
	SignUp
	Name string `json:"name"`
}

// EventType implements [dcb.Fact].
func (SignUpInitiated) EventType() string { return "SignUpInitiated" }

// EventType implements [dcb.Fact].
func (SignUpConfirmed) EventType() string { return "SignUpConfirmed" }

// Tags implements [dcb.Fact].
func (e SignUpInitiated) Tags() dcb.Tags { return e.tags() }

// Tags implements [dcb.Fact].
func (e SignUpConfirmed) Tags() dcb.Tags { return e.tags() }

// Initiated is how a sign-up began, or the zero fact if it did not.
func Initiated(s SignUp) dcb.Projection[SignUpInitiated] {
	return dcb.Project(SignUpInitiated{}, s.tags(),
		dcb.On(func(_, e SignUpInitiated) SignUpInitiated { return e }))
}

// Used is whether a code has confirmed its address.
func Used(s SignUp) dcb.Projection[bool] {
	return dcb.Project(false, s.tags(), dcb.Sets[SignUpConfirmed](true))
}

// ConfirmSignUp shows the code that came to an address.
type ConfirmSignUp struct {
	SignUp
	Now time.Time
}

type confirmation struct {
	initiated SignUpInitiated
	used      bool
}

// Decide carries the command out.
func (cmd ConfirmSignUp) Decide(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, cmd.boundary, cmd.decide)
}

func (cmd ConfirmSignUp) boundary(s *confirmation) dcb.Boundary {
	return dcb.Boundary{dcb.Into(&s.initiated, Initiated(cmd.SignUp)), dcb.Into(&s.used, Used(cmd.SignUp))}
}

func (cmd ConfirmSignUp) decide(s confirmation) ([]dcb.Fact, error) {
	switch {
	case s.initiated == SignUpInitiated{}:
		return nil, ErrNotPending
	case s.used:
		return nil, ErrUsed
	case !cmd.Now.Before(s.initiated.ExpiresAt):
		return nil, ErrExpired
	}
	return dcb.Facts(SignUpConfirmed{SignUp: cmd.SignUp, Name: s.initiated.Name}), nil
}
