package username

import (
	"context"
	"errors"
	"strings"
	"time"

	"go-crablet/dcb"
)

// Retention is how long a username that was given up stays reserved.
const Retention = 3 * 24 * time.Hour

// ErrClaimed refuses a username that an account has, or gave up in the last three days.
var ErrClaimed = errors.New("the username is taken")

// A Username names one account. Capitals do not matter.
type Username string

func (u Username) tag() dcb.Tag { return dcb.NewTags("username", strings.ToLower(string(u)))[0] }

// AccountRegistered says that an account has this username.
type AccountRegistered struct {
	Username Username `json:"username"`
}

// AccountClosed says that the account of this username no longer exists.
type AccountClosed struct {
	Username Username `json:"username"`
}

// UsernameChanged says that an account has another username from now on.
type UsernameChanged struct {
	OldUsername Username `json:"old_username"`
	NewUsername Username `json:"new_username"`
}

// EventType implements [dcb.Fact].
func (AccountRegistered) EventType() string { return "AccountRegistered" }

// EventType implements [dcb.Fact].
func (AccountClosed) EventType() string { return "AccountClosed" }

// EventType implements [dcb.Fact].
func (UsernameChanged) EventType() string { return "UsernameChanged" }

// Tags implements [dcb.Fact].
func (e AccountRegistered) Tags() dcb.Tags { return dcb.Tags{e.Username.tag()} }

// Tags implements [dcb.Fact].
func (e AccountClosed) Tags() dcb.Tags { return dcb.Tags{e.Username.tag()} }

// Tags implements [dcb.Fact].
func (e UsernameChanged) Tags() dcb.Tags { return dcb.Tags{e.OldUsername.tag(), e.NewUsername.tag()} }

// Claimed is whether a username can't be registered at this time.
func Claimed(name Username, now time.Time) dcb.Projection[bool] {
	reserved := func(givenUp dcb.Event) bool { return now.Sub(givenUp.RecordedAt) <= Retention }
	return dcb.Project(false, dcb.Tags{name.tag()},
		dcb.Sets[AccountRegistered](true),
		dcb.OnEvent(func(_ bool, _ AccountClosed, e dcb.Event) bool { return reserved(e) }),
		dcb.OnEvent(func(_ bool, change UsernameChanged, e dcb.Event) bool {
			return change.NewUsername.tag() == name.tag() || reserved(e)
		}))
}

// RegisterAccount asks for an account with a username.
type RegisterAccount struct {
	Username Username
	Now      time.Time
}

// Decide carries the command out.
func (cmd RegisterAccount) Decide(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, cmd.boundary, cmd.decide)
}

func (cmd RegisterAccount) boundary(claimed *bool) dcb.Boundary {
	return dcb.Boundary{dcb.Into(claimed, Claimed(cmd.Username, cmd.Now))}
}

func (cmd RegisterAccount) decide(claimed bool) ([]dcb.Fact, error) {
	if claimed {
		return nil, ErrClaimed
	}
	return dcb.Facts(AccountRegistered{Username: cmd.Username}), nil
}
