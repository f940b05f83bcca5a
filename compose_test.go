package gocrablet_test

import (
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
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/effort"
)

// No container engine runs here. What can go wrong without one is checked: the
// file as Docker Compose parses it, and its agreement with the program.

// secrets are what docker-compose.yml asks for.
var secrets = []string{"REGISTRAR_PASSCODE=correct horse", "SESSION_KEY=" + strings.Repeat("k", 64)}

// compose reads docker-compose.yml with the secrets in the environment.
func compose(t *testing.T) *types.Project {
	t.Helper()
	project, err := composeWith(t, secrets...)
	require.NoError(t, err)
	return project
}

// composeWith reads docker-compose.yml with the parser of Docker Compose itself,
// which refuses unknown keys and names that nothing declares.
func composeWith(t *testing.T, environment ...string) (*types.Project, error) {
	t.Helper()
	options, err := cli.NewProjectOptions([]string{"docker-compose.yml"}, cli.WithName("courses"), cli.WithEnv(environment))
	require.NoError(t, err)
	return options.LoadProject(t.Context())
}

func TestComposeRunsTheAppOnItsDatabase(t *testing.T) {
	t.Parallel()
	project := compose(t)
	app, db := project.Services["app"], project.Services["db"]

	t.Run("the app waits until the database is healthy", func(t *testing.T) {
		require.Equal(t, types.ServiceConditionHealthy, app.DependsOn["db"].Condition)
		require.Contains(t, db.HealthCheck.Test, "pg_isready")
	})

	t.Run("DATABASE_URL names the database that the image makes", func(t *testing.T) {
		source, err := url.Parse(*app.Environment["DATABASE_URL"])
		require.NoError(t, err)
		password, _ := source.User.Password()
		require.Equal(t, "db:5432", source.Host)
		require.Equal(t, *db.Environment["POSTGRES_USER"], source.User.Username())
		require.Equal(t, *db.Environment["POSTGRES_PASSWORD"], password)
		require.Equal(t, "/"+*db.Environment["POSTGRES_DB"], source.Path)
	})

	t.Run("the data outlives the containers", func(t *testing.T) {
		require.Regexp(t, `^postgres:18@sha256:[0-9a-f]{64}$`, db.Image)
		require.Equal(t, "/var/lib/postgresql", db.Volumes[0].Target, "where the image keeps its data since version 18")
		for _, volume := range slices.Concat(app.Volumes, db.Volumes) {
			require.Equal(t, types.VolumeTypeVolume, volume.Type)
			require.Contains(t, project.Volumes, volume.Source)
		}
	})

	t.Run("the database sorts as the private one does", func(t *testing.T) {
		private := readText(t, "internal/localpg/initdb.go")
		for option := range strings.FieldsSeq(*db.Environment["POSTGRES_INITDB_ARGS"]) {
			require.Contains(t, private, `"`+option+`",`)
		}
	})

	t.Run("the app may do nothing but serve", func(t *testing.T) {
		require.True(t, app.ReadOnly)
		require.Equal(t, []string{"ALL"}, app.CapDrop)
		require.Contains(t, app.SecurityOpt, "no-new-privileges:true")
		require.Contains(t, readText(t, "Dockerfile"), "\nUSER 65534:65534\n", "nobody")
	})

	t.Run("only this machine reaches the app, and nobody else the database", func(t *testing.T) {
		require.Empty(t, db.Ports)
		require.Len(t, app.Ports, 1)
		require.Equal(t, "127.0.0.1", app.Ports[0].HostIP)
		require.Equal(t, "8080", app.Ports[0].Published)

		_, port, err := net.SplitHostPort(flagValue(t, app.Command, "-addr"))
		require.NoError(t, err)
		require.Equal(t, port, strconv.Itoa(int(app.Ports[0].Target)))
	})
}

func TestComposeAsksForItsSecrets(t *testing.T) {
	t.Parallel()
	for i, advice := range []string{"choose one of 12 characters or more", "make one with openssl rand -hex 32"} {
		name, _, _ := strings.Cut(secrets[i], "=")
		t.Run("without "+name+" it says what to do", func(t *testing.T) {
			for _, missing := range [][]string{{secrets[1-i]}, {secrets[1-i], name + "="}} {
				_, err := composeWith(t, missing...)
				require.ErrorContains(t, err, name)
				require.ErrorContains(t, err, advice)
			}
		})
	}

	t.Run("the file that docs/running.md makes of them stays out of the repository and the image", func(t *testing.T) {
		require.Contains(t, readText(t, "docs/running.md"), "> .env\n")
		for _, file := range []string{".gitignore", ".dockerignore"} {
			ignored, err := os.ReadFile(file)
			require.NoError(t, err)
			require.Contains(t, strings.Fields(string(ignored)), ".env", file)
		}
	})
}

func TestContainersAgreeWithTheProgram(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "the go command")
	app := compose(t).Services["app"]
	dockerfile := readText(t, "Dockerfile")
	webapp := build(t, dockerfile)

	for name, args := range map[string][]string{
		"docker-compose.yml": app.Command,
		"Dockerfile":         execForm(t, dockerfile, "CMD"),
	} {
		t.Run("webapp takes the flags that "+name+" gives", func(t *testing.T) {
			// Help comes last, so all flags before it have been understood.
			out, err := exec.CommandContext(t.Context(), webapp, append(slices.Clone(args), "-h")...).CombinedOutput()
			require.NoError(t, err, "%s", out)
			require.Equal(t, "/data", flagValue(t, args, "-data"), "the folder that belongs to the user of the image")
		})
	}

	t.Run("webapp serves others with what docker-compose.yml gives, and with nothing less", func(t *testing.T) {
		servesOthersWithSecretsOnly(t, webapp)
	})

	t.Run("webapp is asked by the health check itself", func(t *testing.T) { isAskedByTheHealthCheck(t, webapp) })

	t.Run("the image is built with the Go that go.mod asks for", func(t *testing.T) {
		mod, err := os.ReadFile("go.mod")
		require.NoError(t, err)
		language := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(string(mod))
		require.Contains(t, dockerfile, "FROM golang:"+language[1]+".")
	})
}

// A container serves other machines, so the program asks for its secrets there.
func servesOthersWithSecretsOnly(t *testing.T, webapp string) {
	app := compose(t).Services["app"]
	run := func(environment types.MappingWithEquals) string {
		args := append(slices.Clone(app.Command), "-addr", ":0") // the last one counts, and the port is free
		cmd := exec.CommandContext(t.Context(), webapp, args...)
		cmd.Env = []string{"HOME=" + t.TempDir(), "DATABASE_URL=postgres://nobody@127.0.0.1:1/none"}
		for name, value := range environment {
			if name != "DATABASE_URL" {
				cmd.Env = append(cmd.Env, name+"="+*value)
			}
		}
		out, err := cmd.CombinedOutput()
		require.Error(t, err)
		return string(out)
	}
	require.Contains(t, run(app.Environment), "connect to the database that DATABASE_URL names", "nothing else is wrong")
	require.Contains(t, run(nil), "set REGISTRAR_PASSCODE and SESSION_KEY")
}

func isAskedByTheHealthCheck(t *testing.T, webapp string) {
	app, dockerfile := compose(t).Services["app"], readText(t, "Dockerfile")
	want := types.HealthCheckTest{"CMD", execForm(t, dockerfile, "ENTRYPOINT")[0], "healthcheck"}
	require.Equal(t, want, app.HealthCheck.Test)
	require.Contains(t, dockerfile, `CMD ["`+strings.Join(want[1:], `", "`)+`"]`)

	for status, healthy := range map[int]bool{http.StatusOK: true, http.StatusServiceUnavailable: false} {
		mux := http.NewServeMux()
		mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		server := httptest.NewServer(mux)
		defer server.Close()
		check := exec.CommandContext(t.Context(), webapp, "-addr", server.Listener.Addr().String(), "healthcheck")
		require.Equal(t, healthy, check.Run() == nil, "when GET /healthz answers %d", status)
	}
}

// build makes the binary as the Dockerfile does, and returns its path.
func build(t *testing.T, dockerfile string) string {
	t.Helper()
	watchTheCode(t)
	command := regexp.MustCompile(`CGO_ENABLED=0 (go build .*) -o /webapp (\S+)`).FindStringSubmatch(dockerfile)
	require.NotNil(t, command, "the Dockerfile builds a static binary")
	webapp := filepath.Join(t.TempDir(), "webapp")
	args := append(strings.Fields(command[1]), "-o", webapp, command[2])
	cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return webapp
}

// execForm returns the words of an instruction such as CMD ["a", "b"].
func execForm(t *testing.T, dockerfile, instruction string) []string {
	t.Helper()
	line := regexp.MustCompile(`(?m)^` + instruction + ` \[(.*)\]$`).FindStringSubmatch(dockerfile)
	require.NotNil(t, line, "the Dockerfile has a %s without a shell", instruction)
	words := strings.Split(line[1], ", ")
	for i, word := range words {
		unquoted, err := strconv.Unquote(word)
		require.NoError(t, err)
		words[i] = unquoted
	}
	return words
}

func flagValue(t *testing.T, args []string, name string) string {
	t.Helper()
	at := slices.Index(args, name)
	require.True(t, at >= 0 && at+1 < len(args), "%s has a value in %q", name, args)
	return args[at+1]
}
