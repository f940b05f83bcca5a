package browser

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"

	"go-crablet/internal/debian"
)

// known lists where browsers are, the most predictable first: a headless shell
// has no window, no profile and no updates to offer. Debian's script of that
// name starts the binary as a child that outlives a killed script, so the
// binary comes before the script.
var known = []string{
	"/usr/lib/chromium/chromium-headless-shell",
	"chromium-headless-shell",
	"chrome-headless-shell",
	"google-chrome",
	"google-chrome-stable",
	"chromium",
	"chromium-browser",
	"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
	"/Applications/Chromium.app/Contents/MacOS/Chromium",
}

var errNoBrowser = errors.New("no browser found: install Chrome or Chromium " +
	"(Debian: sudo apt-get install chromium-headless-shell), or set BROWSER_PATH to the one to use")

// find returns the path of a browser, and installs one where the test may. It
// looks once: what is missing for one test is missing for all.
var find = sync.OnceValues(func() (string, error) {
	if path := os.Getenv("BROWSER_PATH"); path != "" {
		found, err := exec.LookPath(path)
		if err != nil {
			return "", fmt.Errorf("find the browser that BROWSER_PATH names: %w", err)
		}
		return found, nil
	}
	// A page without any font renders boxes, so a font comes along.
	return debian.FindOrInstall(lookUp, "chromium-headless-shell", "fonts-dejavu-core")
})

func lookUp() (string, error) {
	for _, name := range known {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errNoBrowser
}
