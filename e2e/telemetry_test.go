package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"go-crablet/internal/debian"
	"go-crablet/internal/pgtest"
)

// A dashboard is what Grafana shows.
type dashboard struct {
	Panels []struct {
		Title   string
		Targets []struct{ Expr string }
	}
}

// queries returns all queries of the dashboard, over stretches of so many seconds.
func queries(t testing.TB, seconds int) map[string]string {
	t.Helper()
	text, err := os.ReadFile("../ops/dashboard.json")
	require.NoError(t, err)
	var d dashboard
	require.NoError(t, json.Unmarshal(text, &d))
	all := map[string]string{}
	for _, panel := range d.Panels {
		for n, target := range panel.Targets {
			all[fmt.Sprint(panel.Title, " ", n)] = strings.ReplaceAll(target.Expr, "$__rate_interval", fmt.Sprint(seconds, "s"))
		}
	}
	require.Greater(t, len(all), 30)
	return all
}

// Two processes decide about the same courses. A real Prometheus fetches what they tell, and each
// query of the dashboard finds something.
func TestEachQueryOfTheDashboardFindsSomething(t *testing.T) {
	t.Parallel()
	env := []string{"DATABASE_URL=" + pgtest.URL(t)}
	apps := []*process{
		start(t, env, "-data", dataDir(t), "-metrics-addr", "0", "-write-rate", "0"),
		start(t, env, "-data", dataDir(t), "-metrics-addr", "0", "-write-rate", "0"),
	}
	require.Equal(t, http.StatusSeeOther, post(t, apps[0].url+"/courses", "course", "api", "title", "APIs", "capacity", "3"))
	prometheus := startPrometheus(t, apps)

	done := make(chan struct{})
	var load sync.WaitGroup
	for caller := range 8 {
		load.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-done:
					return
				default:
					assert.Equal(t, http.StatusSeeOther, post(t, apps[caller%2].url+"/courses/api/capacity", "capacity", strconv.Itoa(10+(caller*50+n)%500)))
					assert.NotEmpty(t, get(t, apps[caller%2].url+"/"))
				}
			}
		})
	}
	missing := queries(t, 60)
	eventually(t, "data for each query", func() bool {
		for name, query := range missing {
			if prometheus.finds(t, query) {
				delete(missing, name)
			}
		}
		return len(missing) == 0
	})
	close(done)
	load.Wait()
	require.Empty(t, missing)
	requireDocumented(t, get(t, "http://"+apps[0].beside("metrics")+"/metrics")+get(t, "http://"+apps[1].beside("metrics")+"/metrics"))
}

// requireDocumented compares the metrics of the program with the table in docs/observing.md.
func requireDocumented(t testing.TB, metrics string) {
	t.Helper()
	labels := map[string]map[string]bool{}
	for _, series := range regexp.MustCompile(`(?m)^(\w+)\{([^}]*)\}`).FindAllStringSubmatch(metrics, -1) {
		name := regexp.MustCompile(`_(bucket|sum|count)$`).ReplaceAllString(series[1], "")
		for _, label := range regexp.MustCompile(`(\w+)="`).FindAllStringSubmatch(series[2], -1) {
			if labels[name] == nil {
				labels[name] = map[string]bool{}
			}
			labels[name]["`"+label[1]+"`"] = label[1] != "le"
		}
	}
	told := map[string]bool{}
	for _, metric := range regexp.MustCompile(`(?m)^# HELP (\w+) (.*)\n# TYPE \w+ (\w+)$`).FindAllStringSubmatch(metrics, -1) {
		name, meaning, kind := metric[1], metric[2], metric[3]
		if strings.HasPrefix(name, "go_") || strings.HasPrefix(name, "process_") || strings.HasPrefix(name, "promhttp_") {
			continue
		}
		var named []string
		for label, ours := range labels[name] {
			if ours {
				named = append(named, label)
			}
		}
		slices.Sort(named)
		cell := " " + strings.Join(named, ", ") + " "
		if len(named) == 0 {
			cell = " "
		}
		told[fmt.Sprintf("| `%s` | %s |%s| %s |", name, kind, cell, meaning)] = true
	}
	docs, err := os.ReadFile("../docs/observing.md")
	require.NoError(t, err)
	rows := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `(?:dcb|courses|http)_.*$").FindAllString(string(docs), -1) {
		rows[row] = true
	}
	require.Equal(t, told, rows, "the table in docs/observing.md says what the program says")
}

func TestTheAlertsFireWhenTheyShould(t *testing.T) {
	t.Parallel()
	_, err := findPrometheus()
	require.NoError(t, err)
	out, err := exec.Command("promtool", "test", "rules", "../ops/alerts_test.yml").CombinedOutput()
	require.NoError(t, err, "%s", out)
	out, err = exec.Command("promtool", "check", "config", "--syntax-only", "../ops/prometheus.yml").CombinedOutput()
	require.NoError(t, err, "%s", out)

	tests, err := os.ReadFile("../ops/alerts_test.yml")
	require.NoError(t, err)
	alerts, err := os.ReadFile("../ops/alerts.yml")
	require.NoError(t, err)
	names := regexp.MustCompile(`- alert: (\w+)`).FindAllStringSubmatch(string(alerts), -1)
	require.NotEmpty(t, names)
	for _, name := range names {
		assert.Contains(t, string(tests), "name: "+name[1]+" fires\n")
		assert.Contains(t, string(tests), "name: "+name[1]+" stays quiet\n")
	}
}

var findPrometheus = sync.OnceValues(func() (string, error) {
	return debian.FindOrInstall(func() (string, error) {
		path, err := exec.LookPath("prometheus")
		if _, toolErr := exec.LookPath("promtool"); err != nil || toolErr != nil {
			return "", errors.New("no Prometheus found: install it (Debian: sudo apt-get install prometheus)")
		}
		return path, nil
	}, "prometheus")
})

// A prometheus is a running Prometheus.
type prometheus struct{ url string }

// startPrometheus runs a Prometheus that fetches the metrics of the processes each second.
func startPrometheus(t testing.TB, apps []*process) prometheus {
	t.Helper()
	program, err := findPrometheus()
	require.NoError(t, err)
	var targets []string
	for _, app := range apps {
		targets = append(targets, app.beside("metrics"))
	}
	dir := t.TempDir()
	config := filepath.Join(dir, "prometheus.yml")
	text := fmt.Sprintf("global: {scrape_interval: 1s}\nscrape_configs:\n  - {job_name: courses, static_configs: [{targets: [%s]}]}\n", strings.Join(targets, ", "))
	require.NoError(t, os.WriteFile(config, []byte(text), 0o600))

	port := freePort(t)
	p := prometheus{"http://127.0.0.1:" + port}
	cmd := exec.Command(program, "--config.file", config, "--storage.tsdb.path", filepath.Join(dir, "data"), "--web.listen-address", "127.0.0.1:"+port, "--log.level", "warn")
	cmd.Stderr = t.Output()
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
	})
	eventually(t, "Prometheus is ready", func() bool {
		response, err := http.Get(p.url + "/-/ready")
		if err != nil {
			return false
		}
		response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
	return p
}

// freePort returns a port that nobody listens on.
func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	require.NoError(t, err)
	return port
}

// finds reports whether a query finds a number.
func (p prometheus) finds(t testing.TB, query string) bool {
	t.Helper()
	response, err := http.Get(p.url + "/api/v1/query?query=" + url.QueryEscape(query))
	require.NoError(t, err)
	defer response.Body.Close()
	var answer struct {
		Status, Error string
		Data          struct {
			Result []struct{ Value [2]any }
		}
	}
	require.NoError(t, json.NewDecoder(response.Body).Decode(&answer))
	require.Equal(t, "success", answer.Status, "%s: %s", query, answer.Error)
	for _, found := range answer.Data.Result {
		number, err := strconv.ParseFloat(found.Value[1].(string), 64)
		require.NoError(t, err)
		if !math.IsNaN(number) {
			return true
		}
	}
	return false
}

// beside returns the address of metrics or of profiles, as the log says it.
func (p *process) beside(what string) (address string) {
	p.t.Helper()
	said := regexp.MustCompile(`msg=` + what + ` url=http://([^/]+)/`).FindStringSubmatch(p.stderr.String())
	require.NotNil(p.t, said, "%s in:\n%s", what, p.stderr.String())
	return said[1]
}

// A decision is one span, below that of its request. It leads to the receipt, and the receipt leads
// to the trace.
func TestADecisionLeadsToItsReceiptAndTheReceiptToItsTrace(t *testing.T) {
	t.Parallel()
	var (
		mu    sync.Mutex
		spans []*otlp.Span
	)
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		var sent collector.ExportTraceServiceRequest
		assert.NoError(t, proto.Unmarshal(body, &sent))
		mu.Lock()
		defer mu.Unlock()
		for _, resource := range sent.GetResourceSpans() {
			for _, scope := range resource.GetScopeSpans() {
				spans = append(spans, scope.GetSpans()...)
			}
		}
	}))
	defer receiver.Close()
	app := start(t, []string{"DATABASE_URL=" + pgtest.URL(t), "OTEL_EXPORTER_OTLP_ENDPOINT=" + receiver.URL, "OTEL_BSP_SCHEDULE_DELAY=100"}, "-data", dataDir(t))
	require.Equal(t, http.StatusSeeOther, post(t, app.url+"/courses", "course", "api", "title", "APIs", "capacity", "3"))
	page := get(t, app.url+"/decisions")
	id := regexp.MustCompile(`/decisions/([a-z0-9]+)"`).FindStringSubmatch(page)
	require.NotNil(t, id, page)
	shown := regexp.MustCompile(`Trace ID</dt><dd class="mono">([0-9a-f]{32})<`).FindStringSubmatch(get(t, app.url+"/decisions/"+id[1]))
	require.NotNil(t, shown)
	require.Contains(t, app.stderr.String(), "trace_id="+shown[1], "the line about the request")
	require.Zero(t, app.stop(syscall.SIGTERM), "what is left is sent before the end")

	mu.Lock()
	defer mu.Unlock()
	decision, request := named(t, spans, "decide DefineCourse"), named(t, spans, "POST /courses")
	require.Equal(t, shown[1], fmt.Sprintf("%x", decision.GetTraceId()))
	require.Equal(t, request.GetSpanId(), decision.GetParentSpanId())
	require.Equal(t, id[1], text(decision, "receipt.id"))
	require.Equal(t, "appended", text(decision, "dcb.outcome"))
	var attempts int
	for _, span := range spans {
		if string(span.GetParentSpanId()) == string(decision.GetSpanId()) {
			attempts++
		}
	}
	require.Equal(t, 1, attempts)
}

func named(t testing.TB, spans []*otlp.Span, name string) (found *otlp.Span) {
	t.Helper()
	for _, span := range spans {
		if span.GetName() == name {
			require.Nil(t, found, "two spans %s", name)
			found = span
		}
	}
	require.NotNil(t, found, name)
	return found
}

func text(span *otlp.Span, key string) string {
	for _, a := range span.GetAttributes() {
		if a.GetKey() == key {
			return a.GetValue().GetStringValue()
		}
	}
	return ""
}

// Without a collector there are no traces. All else is as it was, and the log says it once.
func TestACollectorThatIsAwayCostsTracesOnly(t *testing.T) {
	t.Parallel()
	away := "http://127.0.0.1:" + freePort(t)
	app := start(t, []string{"DATABASE_URL=" + pgtest.URL(t), "OTEL_EXPORTER_OTLP_ENDPOINT=" + away, "OTEL_BSP_SCHEDULE_DELAY=50", "OTEL_EXPORTER_OTLP_TIMEOUT=200"}, "-data", dataDir(t))
	for _, course := range []string{"a", "b", "c"} {
		require.Equal(t, http.StatusSeeOther, post(t, app.url+"/courses", "course", course, "title", course, "capacity", "3"))
	}
	const sentence = "traces are not delivered, and are lost; decisions go on"
	eventually(t, "the log says so", func() bool { return strings.Contains(app.stderr.String(), sentence) })
	require.Equal(t, http.StatusOK, app.health())
	require.Zero(t, app.stop(syscall.SIGTERM))
	require.Equal(t, 1, strings.Count(app.stderr.String(), sentence))
}
