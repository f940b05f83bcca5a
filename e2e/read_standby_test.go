//go:build linux || darwin

package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"go-crablet/e2e/browser"
	"go-crablet/internal/pgpair"
)

// Ada looks at a course while others take seats. The page comes from a standby, then from the primary
// because the standby has stopped, and then from the standby again.
func TestALivePageGoesOnWithoutItsStandby(t *testing.T) {
	t.Parallel()
	pair := pgpair.New(t)
	site := &site{t: t, databaseURL: pair.URL(), browser: browser.Open(t)}
	site.process = start(t, []string{"DATABASE_URL=" + site.databaseURL, "READ_DATABASE_URL=" + pair.Standby.URL()}, "-data", dataDir(t), "-sample")
	const course = "history-of-computing" // which nobody has taken yet
	someone := newReader(t, site.process)
	eventually(t, "the page is read from the standby", func() bool {
		page := someone.get("/courses/" + course)
		return strings.Contains(page, fromStandby) && strings.Contains(page, "0 of 25 seats")
	})
	ada := site.student("ada", "Ada")
	ada.looksAtCourse(course)
	ada.hearsNews()
	ada.comesToRead("#shown", "Read from a standby")
	site.subscribe(course, "jonas")
	ada.comesToRead("#seats-"+course, "1 of 25 seats")
	ada.isReadFrom("Read from a standby")

	pair.Standby.Stop(t, pgpair.Immediate)
	site.subscribe(course, "mei")
	ada.comesToRead("#seats-"+course, "2 of 25 seats")
	ada.isReadFrom("Read from the primary, since ") // the standby could not answer, or no standby can be used
	site.isNotUsed(pair.Standby)
	site.subscribe(course, "kofi")
	ada.comesToRead("#seats-"+course, "3 of 25 seats")
	ada.isReadFrom("Read from the primary, since no standby can be used")

	pair.Standby.Start(t)
	eventually(t, "the standby is used again", func() bool {
		return strings.Contains(get(t, site.url+"/healthz"), "s behind the primary\n")
	})
	site.subscribe(course, "zola")
	ada.comesToRead("#seats-"+course, "4 of 25 seats")
	ada.isReadFrom("Read from a standby")
	assert.Empty(t, ada.Complaints())
}

// isReadFrom waits until the foot of the page says where it was read, and looks at it on every screen.
func (p student) isReadFrom(says string) {
	p.site.t.Helper()
	p.comesToRead("#shown", says)
	for _, screen := range []browser.Screen{lightPhone, darkPhone, lightLaptop, darkLaptop} {
		p.UseScreen(screen)
		p.isFineOn(screen, "read-from-"+strings.Trim(strings.Fields(says)[3], ","))
	}
}

// isNotUsed waits until the program knows that a standby is away.
func (s *site) isNotUsed(standby *pgpair.Server) {
	s.t.Helper()
	eventually(s.t, "the standby is not used", func() bool {
		return strings.Contains(get(s.t, s.url+"/healthz"), "the standby "+standby.Address()+" is not used: it can't be reached\n")
	})
}
