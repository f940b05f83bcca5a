package optin_test

import (
	"context"
	"fmt"
	"time"

	"go-crablet/dcb"
	"go-crablet/examples/optin"
	"go-crablet/internal/pgtest"
)

func Example() {
	ctx := context.Background()
	pool := pgtest.Open()
	defer pool.Close()
	store, err := dcb.NewEventStore(ctx, pool)
	if err != nil {
		panic(err)
	}
	defer store.Close()

	// The code is sent to the address, and stored without a condition.
	john := optin.SignUp{Email: "john.doe@example.com", Code: "444444"}
	events, err := dcb.Encode(dcb.Facts(optin.SignUpInitiated{SignUp: john, Name: "John Doe", ExpiresAt: time.Now().Add(time.Hour)}))
	if err != nil {
		panic(err)
	}
	if _, err := store.AppendEvents(ctx, events, dcb.Query{}, 0); err != nil {
		panic(err)
	}

	guess := optin.SignUp{Email: john.Email, Code: "000000"}
	fmt.Println(optin.ConfirmSignUp{SignUp: guess, Now: time.Now()}.Decide(ctx, store))
	fmt.Println(optin.ConfirmSignUp{SignUp: john, Now: time.Now()}.Decide(ctx, store))
	fmt.Println(optin.ConfirmSignUp{SignUp: john, Now: time.Now()}.Decide(ctx, store))
	// Output:
	// no sign-up is pending for this code and this address
	// <nil>
	// the code was used already
}
