package browser

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
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
	if mayInstall() {
		return findOrInstall()
	}
	return lookUp()
})

func lookUp() (string, error) {
	for _, name := range known {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errNoBrowser
}

// mayInstall reports whether this is root on Debian: a container or a machine
// made for running tests.
func mayInstall() bool {
	_, err := os.Stat("/etc/debian_version")
	return err == nil && os.Geteuid() == 0
}

// findOrInstall looks and installs under one lock, because a browser that
// another test process is just unpacking looks as if it were ready.
func findOrInstall() (string, error) {
	lock, err := os.Open("/var/lib/dpkg")
	if err != nil {
		return "", fmt.Errorf("lock the installation of a browser: %w", err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return "", fmt.Errorf("lock the installation of a browser: %w", err)
	}

	if path, err := lookUp(); err == nil {
		return path, nil
	}
	// A page without any font renders boxes, so a font comes along.
	for _, args := range [][]string{
		{"update"},
		{"install", "--yes", "--no-install-recommends", "chromium-headless-shell", "fonts-dejavu-core"},
	} {
		if err := aptGet(args...); err != nil {
			return "", fmt.Errorf("%w\n%w", errNoBrowser, err)
		}
	}
	return lookUp()
}

func aptGet(args ...string) error {
	cmd := exec.Command("apt-get", append([]string{"-q", "-o", "DPkg::Lock::Timeout=300"}, args...)...)
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("apt-get %s: %w\n%s", args[0], err, out)
	}
	return nil
}
