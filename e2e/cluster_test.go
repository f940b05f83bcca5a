//go:build linux

package e2e

import (
	"context"
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/cluster"
	"go-crablet/internal/pgpair"
)

var clusters = flag.Int("clusters", 0, "how many clusters have to stand the loss of their leader, in each way")

const (
	asleep = 30 * time.Second // longer than a leader may be silent
	ours   = 3 * time.Second  // what the application may add to the time that the cluster needs
)

// A clusterUnderLoad is a cluster, and everybody who uses it.
type clusterUnderLoad struct {
	*cluster.Cluster
	t        *testing.T
	callers  *callers
	follower *follower
	app      *process
	page     *watcher
	forms    *formSender

	struck, leads time.Time // when the leader was lost, and when another one accepted writes
}

// The cluster takes minutes to lose its leader and to be whole again, so these tests run when
// they are asked for: go test ./e2e -run ACluster -clusters 1 -v -timeout 30m
func TestAClusterFailsOverByItself(t *testing.T) {
	t.Parallel()
	for i := range *clusters {
		for how, strike := range map[string]func(*clusterUnderLoad, *cluster.Node){
			"when its leader is killed":        (*clusterUnderLoad).kill,
			"when its leader sleeps and wakes": (*clusterUnderLoad).sleep,
			"when its leader is switched":      (*clusterUnderLoad).switchOver,
		} {
			t.Run(fmt.Sprint(i+1, " ", how), func(t *testing.T) {
				c := &clusterUnderLoad{Cluster: cluster.New(t, "../ops/patroni.yml"), t: t}
				c.begin()
				strike(c, c.AwaitWhole(t))
				c.goesOn()
				c.AwaitWhole(t)
				c.goesOn()
				c.keepsItsWord()
			})
		}
	}
}

// begin starts the callers, the application, and those who look at it.
func (c *clusterUnderLoad) begin() {
	c.t.Helper()
	c.app = start(c.t, []string{"DATABASE_URL=" + c.URL(), "LOG_FORMAT=text"}, "-data", dataDir(c.t))
	c.page = startWatcher(c.t, c.app, "/log")
	c.follower = startFollower(c.t, c.URL())
	c.forms = startFormSender(c.t, c.app)
	c.callers = startCallers(c.t, c.URL()+"&connect_timeout=1") // pgx asks one host after the other
	c.goesOn()
}

// kill ends the leader as a loss of power does. It comes back when another one leads.
func (c *clusterUnderLoad) kill(leader *cluster.Node) {
	c.struck = time.Now()
	leader.Kill(c.t)
	c.hasLeader(leader)
	leader.Start(c.t)
}

// sleep stops the leader. When it wakes, another one leads, and it does not know that.
func (c *clusterUnderLoad) sleep(leader *cluster.Node) {
	c.struck = time.Now()
	leader.Freeze(c.t)
	wakes := time.After(asleep)
	c.hasLeader(leader)
	c.goesOn() // while the old leader sleeps
	<-wakes
	leader.Thaw(c.t)
}

// switchOver makes the standby the leader that every commit waits for.
func (c *clusterUnderLoad) switchOver(leader *cluster.Node) {
	c.struck = time.Now()
	switched := make(chan struct{})
	go func() {
		defer close(switched)
		leader.SwitchOver(c.t)
	}()
	c.hasLeader(leader)
	<-switched
}

func (c *clusterUnderLoad) hasLeader(old *cluster.Node) {
	c.t.Helper()
	leader := c.AwaitLeader(c.t, old)
	c.leads = time.Now()
	c.t.Logf("%s leads instead of %s, %v after that was lost", leader.Name, old.Name, c.leads.Sub(c.struck).Round(time.Millisecond))
}

// goesOn waits until the log has grown.
func (c *clusterUnderLoad) goesOn() {
	c.t.Helper()
	var enough int64
	pgpair.Await(c.t, "the log grows", func(ctx context.Context) (bool, error) {
		conn, err := pgx.Connect(ctx, c.URL()+"&connect_timeout=2") // one node may be asleep
		if err != nil {
			return false, err
		}
		defer conn.Close(context.Background())
		var head int64
		if err := conn.QueryRow(ctx, `select coalesce(max(position), 0) from dcb_event`).Scan(&head); err != nil {
			return false, err
		}
		if enough == 0 {
			enough = head + grows
		}
		return head >= enough, nil
	})
}

// keepsItsWord ends the load, and requires that the log says what everybody was told: nothing
// is lost, nothing is there twice, and no rule is broken.
func (c *clusterUnderLoad) keepsItsWord() {
	t := c.t
	t.Helper()
	registered := c.forms.end()
	told := c.callers.end()
	log := logOf(t, c)
	is := fold(t, log)
	v := judge(told, is)
	t.Log(v, "; ", len(registered), " registered by a form")
	is.keepsTheRules(t, "log")
	assert.Empty(t, v.lost)
	assert.Empty(t, v.doubled)
	assert.Empty(t, v.wrong)
	for _, n := range told {
		assert.True(t, n.Refusal == "" || is.stands(n), "%+v", n)
	}
	for _, r := range registered {
		assert.Contains(t, is.taken, r.student, "registered at %v, and lost", r.at)
	}
	c.follower.endsAt(t, log)
	requireProjected(t, c, is, int64(len(log)))
	c.page.endsAtTheTruth(t, log)
	c.addsLittle(told, registered)
}

// addsLittle requires that everybody was served soon after the cluster had a leader.
func (c *clusterUnderLoad) addsLittle(told []note, registered []registration) {
	c.t.Helper()
	first := map[string]time.Time{}
	served := func(who string, at time.Time) {
		if before, known := first[who]; at.After(c.leads) && (!known || at.Before(before)) {
			first[who] = at
		}
	}
	for _, n := range told {
		if process, _, _ := strings.Cut(string(n.Request), "-"); n.Refusal == "" {
			served("process "+process, n.At)
		}
	}
	for _, r := range registered {
		served("the application", r.at)
	}
	require.Len(c.t, first, len(c.callers.processes)+1)
	for who, at := range first {
		c.t.Logf("%s stored something %v after the cluster had a leader", who, at.Sub(c.leads).Round(time.Millisecond))
		assert.LessOrEqual(c.t, at.Sub(c.leads), ours, who)
	}
}
