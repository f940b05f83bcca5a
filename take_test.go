package gocrablet_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
)

// The lines of the README that take dcb into another module are carried out, as they
// stand there.
func TestTheReadmeTakesDCBIntoAnotherModule(t *testing.T) {
	t.Parallel()
	watchTheCode(t)
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	_, section, found := strings.Cut(string(readme), "\n## Take `dcb` with you\n")
	require.True(t, found)
	section, _, _ = strings.Cut(section, "\n## ")

	// The two modules stand beside each other.
	here, err := os.Getwd()
	require.NoError(t, err)
	parent := t.TempDir()
	require.NoError(t, os.Symlink(here, filepath.Join(parent, "go-crablet")))
	shop := filepath.Join(parent, "shop")
	require.NoError(t, os.Mkdir(shop, 0o755))
	write := func(name, content string) {
		require.NoError(t, os.WriteFile(filepath.Join(shop, name), []byte(content), 0o644))
	}
	// The versions are ours, and known to the module cache, so that nothing is looked up.
	goMod, err := os.ReadFile("go.mod")
	require.NoError(t, err)
	ours, _, _ := strings.Cut(string(goMod), "\ntool ")
	write("go.mod", strings.Replace(ours, "module "+module, "module example.com/shop", 1))
	goSum, err := os.ReadFile("go.sum")
	require.NoError(t, err)
	write("go.sum", string(goSum))
	write("main.go", codeBlock(t, section, "go"))

	pool := pgtest.New(t)
	run := func(name string, args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), name, args...)
		cmd.Dir = shop
		cmd.Env = append(os.Environ(), "GOFLAGS=", "DATABASE_URL="+pool.Config().ConnString())
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
		return string(out)
	}
	run("sh", "-eu", "-c", codeBlock(t, section, "sh"))
	run("go", "vet", "./...")

	_, err = pool.Exec(t.Context(), `drop schema public cascade; create schema public`)
	require.NoError(t, err)
	files, err := filepath.Glob(filepath.Join(shop, "migrations", "*.sql")) // in the order of their names
	require.NoError(t, err)
	require.Len(t, files, 3)
	for _, file := range files {
		migration, err := os.ReadFile(file)
		require.NoError(t, err)
		_, err = pool.Exec(t.Context(), string(migration))
		require.NoError(t, err)
	}

	require.Equal(t, "1 <nil>\n", run("go", "run", "."))
	require.Equal(t, "0 append events: other events got inside the boundary first: SeatTaken at position 1, after 0\n", run("go", "run", "."))

	goMod, err = os.ReadFile(filepath.Join(shop, "go.mod"))
	require.NoError(t, err)
	direct := regexp.MustCompile(`(?m)^\t(\S+) \S+$`).FindAllStringSubmatch(string(goMod), -1)
	require.Len(t, direct, 2, "what go mod tidy left: %s", goMod)
	require.Equal(t, "github.com/jackc/pgx/v5", direct[0][1])
	require.Equal(t, "github.com/stretchr/testify", direct[1][1], "for dcbtest")
}

// codeBlock returns the only block of a language in a piece of Markdown.
func codeBlock(t *testing.T, markdown, language string) string {
	t.Helper()
	parts := strings.Split(markdown, "```"+language+"\n")
	require.Len(t, parts, 2, "one block of %s", language)
	block, _, found := strings.Cut(parts[1], "```\n")
	require.True(t, found)
	return block
}
