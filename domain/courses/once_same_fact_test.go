package courses

import (
	"context"
	"testing"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
)

// addCourse takes a seat by no rule at all. Its only fact is that of [SubscribeStudent].
type addCourse struct {
	Student StudentID
	Course  CourseID
	Request RequestID
}

type requestOnly struct{ request }

// carryOutOnce stores the facts of a command, if its request was not carried out before.
func carryOutOnce(ctx context.Context, log dcb.Log, id RequestID, cmd dcb.Command, facts []dcb.Fact) error {
	boundary := func(s *requestOnly) dcb.Boundary {
		return dcb.Boundary{dcb.Into(&s.request, earlier(id, cmd))}
	}
	return dcb.Decide(ctx, log, boundary, once(id, cmd, func(requestOnly) ([]dcb.Fact, error) { return facts, nil }))
}

func (cmd addCourse) Decide(ctx context.Context, log dcb.Log) error {
	return carryOutOnce(ctx, log, cmd.Request, cmd, cmd.facts())
}

func (cmd addCourse) facts() []dcb.Fact {
	return dcb.Facts(StudentSubscribedToCourse{Student: cmd.Student, Course: cmd.Course})
}

func TestCommandsThatBeginWithTheSameFactAreToldApart(t *testing.T) {
	const key = "r1"
	swap := SwapSeats{Student: "ada", From: "algebra", To: "logic", Request: key}
	elsewhere := SwapSeats{Student: "ada", From: "algebra", To: "knots", Request: key}
	leave := UnsubscribeStudent{Student: "ada", Course: "algebra", Request: key}
	add := addCourse{Student: "ada", Course: "logic", Request: key}
	subscribe := SubscribeStudent{Student: "ada", Course: "logic", Request: key}
	left := dcb.Facts(StudentUnsubscribedFromCourse{Student: "ada", Course: "algebra"})
	swapped := append(left[:1:1], add.facts()...)

	for _, tt := range []struct {
		name   string
		before []dcb.Fact
		when   dcb.Command
		reused bool
	}{
		{"a double click on a swap has one effect", answer(key, swap, swapped), swap, false},
		{"a double click on an addition has one effect", answer(key, add, add.facts()), add, false},
		{"a swap with another second fact is another request", answer(key, swap, swapped), elsewhere, true},
		{"a swap does not pass for leaving", answer(key, swap, swapped), leave, true},
		{"leaving does not pass for a swap", answer(key, leave, left), swap, true},
		{"an addition does not pass for a subscription", answer(key, add, add.facts()), subscribe, true},
		{"a subscription does not pass for an addition", answer(key, subscribe, add.facts()), add, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			decision := dcbtest.Given(t, tt.before...).When(tt.when)
			if tt.reused {
				decision.ThenRefused(ErrRequestReused)
				return
			}
			decision.Then()
		})
	}
}
