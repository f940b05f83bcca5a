//go:build linux || darwin

package e2e

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// A machine that is gone refuses no connection and ends none: nobody answers, and that is
// all. The operator's URL says nothing about how long to wait for that.
func TestAPrimaryThatVanishesIsGivenUp(t *testing.T) {
	t.Parallel()
	var figures figures
	t.Run("promotions", func(t *testing.T) {
		for i := range *promotions {
			t.Run(fmt.Sprint(i+1), func(t *testing.T) {
				besideOthers(t)
				f := newFailover(t)
				f.Synchronous(t, true)
				f.begin(f.URL())
				vanished := time.Now()
				f.Primary.Freeze(t)
				f.promote()
				f.goesOn(f.Standby)
				told := f.callers.end()

				log := logOf(t, f.Standby)
				is := fold(t, log)
				v := judge(told, is)
				first := f.PromotedAt(t).Sub(vanished) + firstAfter(t, log, f.PromotedAt(t))
				figures.add(first, fmt.Sprint(v, f.promotionTook()))
				is.keepsTheRules(t, "log")
				assert.Empty(t, v.lost)
				assert.Empty(t, v.doubled)
				assert.Empty(t, v.wrong)
				f.allFollow(log, is)
			})
		}
	})
	figures.log(t)
}
