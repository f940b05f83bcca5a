package dcb

import (
	"fmt"
	"strings"
)

// simPaid is a payment. A decision to pay is never refused, whatever others have paid. So if a
// payment is stored twice, the store is the cause.
type simPaid struct {
	Account string `json:"account"`
	Number  int    `json:"number"` // of the payments of the account
}

func (simPaid) EventType() string { return "Paid" }
func (e simPaid) Tags() Tags      { return NewTags("account", e.Account) }

// pay numbers the payments of an account. Two with one number have been decided on old state.
func (c *simCaller) pay() {
	account := strings.TrimPrefix(string(c.account()), "account:")
	call, done := c.call(fmt.Sprint("pays from ", account))
	defer done()
	times := 0
	err := Decide(call.ctx, c.store, func(paid *int) Boundary {
		return Boundary{Into(paid, Project(0, NewTags("account", account), On(func(n int, _ simPaid) int { return n + 1 })))}
	}, func(paid int) ([]Fact, error) {
		times++
		c.hesitate(times)
		return Facts(simPaid{account, paid + 1}), nil
	})
	call.decided(err, func([]*simEvent) (bool, error) { return false, nil })
}

// checkPayments checks the number of each payment.
func (s *simulation) checkPayments(log []*simEvent) {
	paid := map[Tag]int{}
	for _, e := range log {
		if e.Type != "Paid" {
			continue
		}
		paid[e.Tags[0]]++
		if text := fmt.Sprintf(`"number":%d}`, paid[e.Tags[0]]); strings.Contains(string(e.Data), `"number"`) && !strings.HasSuffix(string(e.Data), text) {
			s.problem("payment %d of %s says %s", paid[e.Tags[0]], e.Tags[0], e.Data)
		}
	}
}
