package see

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"go-crablet/internal/localpg"
)

// An app is the running application, known by its address.
type app string

// findApp returns the application if it answers.
func findApp(ctx context.Context, getenv func(string) string) (app, error) {
	a := app(strings.TrimRight(cmp.Or(getenv("WORKSHOP_APP"), "http://127.0.0.1:8080"), "/"))
	if status, err := a.get(ctx, "/healthz"); err != nil || status != http.StatusOK {
		return a, fmt.Errorf("the application does not answer at %s: start it in another terminal with go run ./cmd/webapp, "+
			"or name its address in WORKSHOP_APP", a)
	}
	return a, nil
}

// get asks for a page, and returns the status of the answer.
func (a app) get(ctx context.Context, path string) (status int, err error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, string(a)+path, nil)
	if err != nil {
		return 0, err
	}
	direct := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}} // through no proxy that the environment names
	response, err := direct.Do(request)
	if err != nil {
		return 0, err
	}
	return response.StatusCode, response.Body.Close()
}

// race is the address of a race.
func (a app) race(id string) string { return string(a) + "/race/" + id }

// shows fails if the application does not show a race.
func (a app) shows(ctx context.Context, id string) error {
	status, err := a.get(ctx, "/race/"+id)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("the application at %s does not have the race, so it works on another database: start this with the same "+
			"DATABASE_URL, or name the directory of its -data in WORKSHOP_DATA", a)
	}
	return err
}

// findDatabase returns the URL of the database that the application works on: the one that DATABASE_URL
// names, or else the private one in the data directory. Call leave when it is no longer needed.
func findDatabase(ctx context.Context, getenv func(string) string) (url string, leave func(), err error) {
	if url := getenv("DATABASE_URL"); url != "" {
		return url, func() {}, nil
	}
	dir, err := privateDir(getenv)
	if err != nil {
		return "", nil, err
	}
	if _, err := os.Stat(filepath.Join(dir, "data", "postmaster.pid")); err != nil {
		return "", nil, fmt.Errorf("no database runs in %s: start this with the same DATABASE_URL as the application, "+
			"or name the directory of its -data in WORKSHOP_DATA", dir)
	}
	server, err := localpg.Start(ctx, localpg.Config{Dir: dir})
	if err != nil {
		return "", nil, err
	}
	return server.URL("postgres"), func() { _ = server.Close() }, nil
}

// privateDir returns the directory of the application's private database.
func privateDir(getenv func(string) string) (string, error) {
	if data := getenv("WORKSHOP_DATA"); data != "" {
		return filepath.Abs(filepath.Join(data, "postgresql"))
	}
	dir, err := localpg.DefaultDir()
	if err != nil {
		return "", errors.New("there is no default directory for the application's data: name it in WORKSHOP_DATA")
	}
	return dir, nil
}
