package username_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	"go-crablet/examples/internal/race"
	. "go-crablet/examples/username"
)

var (
	today      = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	registered = AccountRegistered{Username: "u1"}
	closed     = AccountClosed{Username: "u1"}
	changed    = UsernameChanged{OldUsername: "u1", NewUsername: "u1changed"}
)

func daysAgo(n int, fact dcb.Fact) dcb.Fact { return dcbtest.At(today.AddDate(0, 0, -n), fact) }

func TestRegisterAccount(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		given    []dcb.Fact
		username Username
		refused  error
	}{
		{name: "takes a username that nobody had", username: "u1"},
		{name: "is refused when somebody has it", given: dcb.Facts(registered), username: "u1", refused: ErrClaimed},
		{name: "is refused when somebody has it in capitals", given: dcb.Facts(AccountRegistered{Username: "JamesBond"}), username: "jamesbond", refused: ErrClaimed},
		{name: "takes that of an account that was closed long ago", given: dcb.Facts(registered, daysAgo(9, closed)), username: "u1"},
		{name: "takes one that was changed long ago", given: dcb.Facts(registered, daysAgo(9, changed)), username: "u1"},
		{name: "is refused when somebody changed to it", given: dcb.Facts(registered, daysAgo(9, changed)), username: "u1changed", refused: ErrClaimed},

		{name: "is refused when the account was closed 3 days ago", given: dcb.Facts(daysAgo(4, registered), daysAgo(3, closed)), username: "u1", refused: ErrClaimed},
		{name: "is refused when it was changed 3 days ago", given: dcb.Facts(daysAgo(4, registered), daysAgo(3, changed)), username: "u1", refused: ErrClaimed},
		{name: "takes that of an account that was closed 4 days ago", given: dcb.Facts(daysAgo(4, registered), daysAgo(4, closed)), username: "u1"},
		{name: "takes one that was changed 4 days ago", given: dcb.Facts(daysAgo(4, registered), daysAgo(4, changed)), username: "u1"},

		{name: "is refused when somebody else took it after it was free", given: dcb.Facts(daysAgo(9, registered), daysAgo(8, closed), daysAgo(1, registered)), username: "u1", refused: ErrClaimed},
		{name: "is refused when the account only changed how the name is written", given: dcb.Facts(daysAgo(9, registered), daysAgo(8, UsernameChanged{OldUsername: "u1", NewUsername: "U1"})), username: "u1", refused: ErrClaimed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			decision := dcbtest.Given(t, test.given...).When(RegisterAccount{Username: test.username, Now: today})
			if test.refused != nil {
				decision.ThenRefused(test.refused)
				return
			}
			decision.Then(AccountRegistered{Username: test.username})
		})
	}
}

func TestRegisteringLooksAtOneUsername(t *testing.T) {
	t.Parallel()
	dcbtest.Given(t).When(RegisterAccount{Username: "u1", Now: today}).
		Then(registered).
		ConflictsWith(registered, closed, changed, UsernameChanged{OldUsername: "another", NewUsername: "U1"}).
		IgnoresMeanwhile(AccountRegistered{Username: "u2"}, AccountClosed{Username: "u2"},
			UsernameChanged{OldUsername: "u2", NewUsername: "u3"})
}

func TestOfTwentyWhoWantOneUsernameOneGetsIt(t *testing.T) {
	t.Parallel()
	twenty := race.Race{}
	for range 20 {
		twenty.Commands = append(twenty.Commands, RegisterAccount{Username: "u1", Now: today})
	}
	require.Equal(t, map[string]int{race.Won: 1, ErrClaimed.Error(): 19}, twenty.Run(t).Outcomes)
	require.Equal(t, map[string]int{race.Won: 20}, twenty.RunWithoutCondition(t).Outcomes)
}
