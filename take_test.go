package gocrablet_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbschema"
	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
)

// modulesOfPgx come along with pgx, and so with dcb.
var modulesOfPgx = []string{
	"github.com/jackc/pgpassfile", "github.com/jackc/pgservicefile", "github.com/jackc/puddle/v2", "golang.org/x/sync", "golang.org/x/text",
}

// takingPage returns the commands and the code of docs/taking.md, as they stand there.
func takingPage(t *testing.T) (toRequire, toCopy, program, test string) {
	t.Helper()
	page := readText(t, "docs/taking.md")
	commands, code := codeBlocks(page, "sh"), codeBlocks(page, "go")
	require.Len(t, commands, 2, "to require dcb, and to copy it")
	require.Len(t, code, 3, "a program, the tables with goose, and a database for each test")
	return commands[0], commands[1], code[0], code[2]
}

func TestTheDocsRequireDCBInAnotherModule(t *testing.T) {
	t.Parallel()
	watchTheCode(t)
	toRequire, _, program, test := takingPage(t)
	shop := newShop(t, "module example.com/shop\n\ngo 1.26.0\n")
	shop.write("main.go", program)
	shop.run("sh", "-eu", "-c", toRequire)
	shop.run("go", "vet", "./...")
	shop.storesOnce()

	direct, indirect := requirements(shop.read("go.mod"))
	require.Equal(t, []string{"github.com/jackc/pgx/v5", "go-crablet"}, direct)
	require.Equal(t, modulesOfPgx, indirect)
	require.Equal(t, []string{
		"github.com/jackc/pgpassfile", "github.com/jackc/pgservicefile", "github.com/jackc/pgx/v5", "github.com/jackc/puddle/v2", "go-crablet",
		"golang.org/x/sync", "golang.org/x/text",
	}, shop.modulesInTheBinary())

	shop.write("seat_test.go", test)
	shop.run("go", "test", "-run", "TestASeatIsTakenOnce", ".")
}

func TestTheDocsCopyDCBIntoAnotherModule(t *testing.T) {
	t.Parallel()
	watchTheCode(t)
	_, toCopy, program, test := takingPage(t)
	// The module cache has most of our versions already.
	ours, _, _ := strings.Cut(readText(t, "go.mod"), "\ntool ")
	shop := newShop(t, strings.Replace(ours, "module "+module, "module example.com/shop", 1))
	shop.write("main.go", program)
	shop.write("seat_test.go", test)
	shop.run("sh", "-eu", "-c", toCopy)
	shop.run("go", "vet", "./...")
	shop.storesOnce()

	require.Equal(t, readText(t, "LICENSE"), shop.read("dcb/LICENSE"))
	direct, _ := requirements(shop.read("go.mod"))
	require.Equal(t, []string{"github.com/anishathalye/porcupine", "github.com/jackc/pgx/v5", "github.com/stretchr/testify"}, direct)
	require.Equal(t, []string{
		"github.com/jackc/pgpassfile", "github.com/jackc/pgservicefile", "github.com/jackc/pgx/v5", "github.com/jackc/puddle/v2",
		"golang.org/x/sync", "golang.org/x/text",
	}, shop.modulesInTheBinary())
	for path := range strings.FieldsSeq(shop.run("find", ".", "-type", "f")) {
		require.NotRegexp(t, `\.new$|/testdata/|dcb/.*_test\.go$`, path)
		if strings.HasSuffix(path, ".go") {
			require.NotContains(t, shop.read(path), `"go-crablet/`, path)
		}
	}
	shop.run("go", "test", "-run", "TestASeatIsTakenOnce", ".")
}

func TestTheDocsSayWhatDCBNeeds(t *testing.T) {
	t.Parallel()
	goMod := readText(t, "go.mod")
	goVersion := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(goMod)
	pgx := regexp.MustCompile(`github.com/jackc/pgx/v5 v(\d+\.\d+)`).FindStringSubmatch(goMod)
	require.Contains(t, readText(t, "docs/taking.md"), "It needs Go "+goVersion[1]+", PostgreSQL 15 or later, and pgx "+pgx[1]+" or later.")
}

// The block about goose in docs/taking.md does the same.
func TestGooseTakesTheTablesOfTheLog(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	_, err := pool.Exec(t.Context(), `drop schema public cascade; create schema public`)
	require.NoError(t, err)
	db := stdlib.OpenDBFromPool(pool)
	defer db.Close()
	provider, err := goose.NewProvider(goose.DialectPostgres, db, dcbschema.Files)
	require.NoError(t, err)
	_, err = provider.Up(t.Context())
	require.NoError(t, err)
	store, err := dcb.NewEventStore(t.Context(), pool)
	require.NoError(t, err)
	store.Close()
}

// A shop is another module, with this repository beside it.
type shop struct {
	t   *testing.T
	dir string
	url string // of its database
}

func newShop(t *testing.T, goMod string) shop {
	t.Helper()
	effort.OnlyAll(t, "the go command")
	here, err := os.Getwd()
	require.NoError(t, err)
	parent := t.TempDir()
	require.NoError(t, os.Symlink(here, filepath.Join(parent, "go-crablet")))
	s := shop{t: t, dir: filepath.Join(parent, "shop")}
	require.NoError(t, os.Mkdir(s.dir, 0o755))
	s.write("go.mod", goMod)
	s.write("go.sum", readText(t, "go.sum"))

	pool := pgtest.New(t)
	_, err = pool.Exec(t.Context(), `drop schema public cascade; create schema public`)
	require.NoError(t, err)
	s.url = pool.Config().ConnString()
	return s
}

func (s shop) write(name, content string) {
	s.t.Helper()
	require.NoError(s.t, os.WriteFile(filepath.Join(s.dir, name), []byte(content), 0o644))
}

func (s shop) read(name string) string {
	s.t.Helper()
	return readText(s.t, filepath.Join(s.dir, name))
}

// run runs a command in the shop and returns its output. The go command downloads modules that the
// module cache does not have.
func (s shop) run(name string, args ...string) string {
	s.t.Helper()
	cmd := exec.CommandContext(s.t.Context(), name, args...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "GOFLAGS=", "DATABASE_URL="+s.url)
	out, err := cmd.CombinedOutput()
	require.NoError(s.t, err, "%s", out)
	return string(out)
}

// storesOnce runs the program of docs/taking.md twice. The first run makes the tables.
func (s shop) storesOnce() {
	s.t.Helper()
	require.Equal(s.t, "1 <nil>\n", s.run("go", "run", "."))
	require.Equal(s.t, "0 append events: other events got inside the boundary first: SeatTaken at position 1, after 0\n", s.run("go", "run", "."))
}

func (s shop) modulesInTheBinary() []string {
	s.t.Helper()
	s.run("go", "build", "-o", "shop", ".")
	return firstOf(regexp.MustCompile(`(?m)^\tdep\t(\S+)`), s.run("go", "version", "-m", "shop"))
}

// requirements returns the modules that a go.mod requires directly and indirectly, in the order of their names.
func requirements(goMod string) (direct, indirect []string) {
	direct = firstOf(regexp.MustCompile(`(?m)^(?:require |\t)(\S+) v\S+$`), goMod)
	indirect = firstOf(regexp.MustCompile(`(?m)^(?:require |\t)(\S+) v\S+ // indirect$`), goMod)
	return direct, indirect
}

func firstOf(pattern *regexp.Regexp, text string) (found []string) {
	for _, match := range pattern.FindAllStringSubmatch(text, -1) {
		found = append(found, match[1])
	}
	return found
}

func readText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(text)
}

// codeBlocks returns the fenced blocks of one language in a Markdown text.
func codeBlocks(markdown, language string) []string {
	return firstOf(regexp.MustCompile("(?s)```"+language+"\n(.*?)```\n"), markdown)
}
