package optin_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	"go-crablet/examples/internal/race"
	. "go-crablet/examples/optin"
)

var (
	now  = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	john = SignUp{Email: "john.doe@example.com", Code: "444444"}
	jane = SignUp{Email: "jane.doe@example.com", Code: "444444"}
)

// sent says that John's code was sent some minutes ago. It is valid for an hour.
func sent(minutes time.Duration) SignUpInitiated {
	return SignUpInitiated{SignUp: john, Name: "John Doe", ExpiresAt: now.Add((60 - minutes) * time.Minute)}
}

func TestConfirmSignUp(t *testing.T) {
	t.Parallel()
	confirmed := SignUpConfirmed{SignUp: john, Name: "John Doe"}
	tests := []struct {
		name    string
		given   []dcb.Fact
		signUp  SignUp
		refused error
	}{
		{name: "confirms the address", given: dcb.Facts(sent(0)), signUp: john},
		{name: "confirms it within the hour", given: dcb.Facts(sent(59)), signUp: john},
		{name: "is refused when no such code was sent", signUp: john, refused: ErrNotPending},
		{name: "is refused when the code was sent to another address", given: dcb.Facts(sent(0)), signUp: jane, refused: ErrNotPending},
		{name: "is refused when another code was sent", given: dcb.Facts(sent(0)), signUp: SignUp{Email: john.Email, Code: "111111"}, refused: ErrNotPending},
		{name: "is refused when the code was used", given: dcb.Facts(sent(0), confirmed), signUp: john, refused: ErrUsed},
		{name: "is refused when the hour is over", given: dcb.Facts(sent(60)), signUp: john, refused: ErrExpired},
		{name: "is refused when the hour is long over", given: dcb.Facts(sent(61)), signUp: john, refused: ErrExpired},
		{name: "is refused when a code was used, and sent again", given: dcb.Facts(sent(10), confirmed, sent(0)), signUp: john, refused: ErrUsed},
		{name: "counts from when the code was sent last", given: dcb.Facts(sent(70), sent(10)), signUp: john},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			decision := dcbtest.Given(t, test.given...).When(ConfirmSignUp{SignUp: test.signUp, Now: now})
			if test.refused != nil {
				decision.ThenRefused(test.refused)
				return
			}
			decision.Then(confirmed)
		})
	}
}

func TestConfirmingLooksAtOneSignUp(t *testing.T) {
	t.Parallel()
	otherCode := SignUp{Email: john.Email, Code: "111111"}
	dcbtest.Given(t, sent(0)).When(ConfirmSignUp{SignUp: john, Now: now}).
		Then(SignUpConfirmed{SignUp: john, Name: "John Doe"}).
		ConflictsWith(SignUpConfirmed{SignUp: john}, SignUpInitiated{SignUp: john}).
		IgnoresMeanwhile(
			SignUpConfirmed{SignUp: jane}, SignUpInitiated{SignUp: jane},
			SignUpConfirmed{SignUp: otherCode}, SignUpInitiated{SignUp: otherCode})
}

func TestOfTwentyWhoShowOneCodeOneConfirms(t *testing.T) {
	t.Parallel()
	twenty := race.Race{Given: dcb.Facts(sent(0))}
	for range 20 {
		twenty.Commands = append(twenty.Commands, ConfirmSignUp{SignUp: john, Now: now})
	}
	require.Equal(t, map[string]int{race.Won: 1, ErrUsed.Error(): 19}, twenty.Run(t).Outcomes)
	require.Equal(t, map[string]int{race.Won: 20}, twenty.RunWithoutCondition(t).Outcomes)
}
