//go:build linux || darwin

package localpg

import (
	"bytes"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"
	"syscall"
	"time"
)

// download returns the directory of the programs of a release, and downloads them the
// first time. A throw-away server would not keep them, so it uses the default one's.
func (s *Server) download(ctx context.Context, wanted release) (bin string, err error) {
	h := s.home
	if s.cfg.Ephemeral {
		if h, err = openHome(Config{}); err != nil {
			return "", err
		}
		defer h.root.Close()
	}
	unlock, err := h.lock(ctx, "download.lock")
	if err != nil {
		return "", err
	}
	defer unlock()

	programs := "postgresql-" + wanted.version
	_, err = h.root.Lstat(programs)
	if err == nil {
		err = verify(h.root, programs)
	}
	if errors.Is(err, errDamaged) {
		s.cfg.Log.Warn("the downloaded PostgreSQL is damaged, fetching it again", slog.String("dir", h.path(programs)), slog.Any("error", err))
	} else if !errors.Is(err, fs.ErrNotExist) {
		return h.path(programs + "/bin"), err
	}
	if fetched := s.fetch(ctx, h, wanted, programs); fetched != nil {
		if errors.Is(err, errDamaged) {
			fetched = fmt.Errorf("%w: in %s %w", fetched, h.path(programs), err)
		}
		return "", fetched
	}
	return h.path(programs + "/bin"), nil
}

// fetch downloads the programs, checks and unpacks them. They get their name last,
// so what has the name is complete. The archive stays in memory: nobody can change it after
// it was checked.
func (s *Server) fetch(ctx context.Context, h *home, wanted release, programs string) error {
	checksum, ok := wanted.checksums[platform()]
	if !ok {
		return fmt.Errorf("there is no download for %s", platform())
	}
	url := fmt.Sprintf("%[1]s/@embedded-postgres/%[2]s/-/%[2]s-%[3]s.tgz",
		strings.TrimSuffix(s.cfg.Registry, "/"), platform(), wanted.version)
	archive, err := fetchURL(ctx, s.cfg.Log, url)
	if err != nil {
		return err
	}
	hash := sha512.Sum512(archive)
	if base64.StdEncoding.EncodeToString(hash[:]) != checksum {
		return fmt.Errorf("%s is not what it was when its checksum was taken, and is not used", url)
	}

	unpacked := programs + ".new"
	if err := h.root.RemoveAll(unpacked); err != nil {
		return err
	}
	if err := unpack(h.root, bytes.NewReader(archive), unpacked, maxUnpacked); err != nil {
		return fmt.Errorf("unpack %s: %w", url, errors.Join(err, h.root.RemoveAll(unpacked)))
	}
	if err := writeManifest(h.root, unpacked); err != nil {
		return errors.Join(err, h.root.RemoveAll(unpacked))
	}
	syscall.Sync()                                     // or a power cut could leave the name, and files without content
	if err := h.root.RemoveAll(programs); err != nil { // damaged ones
		return err
	}
	return errors.Join(h.root.Rename(unpacked, programs), h.sync())
}

// stall is for how long a download may make no progress.
const stall = 30 * time.Second

// maxDownload is how many bytes a package may have. The largest has 55 MB.
const maxDownload = 96 << 20

// fetchURL returns what is at a URL.
func fetchURL(ctx context.Context, log *slog.Logger, url string) ([]byte, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stalled := time.AfterFunc(stall, func() { cancel(errors.New("the download has stalled")) })
	defer stalled.Stop()

	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("GET %s: %s", url, response.Status)
	}
	if response.ContentLength > maxDownload {
		return nil, tooLarge(url)
	}
	log.Info("downloading PostgreSQL", slog.String("from", url), slog.Int64("MB", response.ContentLength>>20))
	progress := &progress{log: log, size: response.ContentLength, stalled: stalled}
	var content bytes.Buffer
	if _, err := io.Copy(io.MultiWriter(&content, progress), io.LimitReader(response.Body, maxDownload+1)); err != nil {
		return nil, err
	}
	if content.Len() > maxDownload { // a length need not be told
		return nil, tooLarge(url)
	}
	return content.Bytes(), nil
}

func tooLarge(url string) error {
	return fmt.Errorf("%s has more than %d MB, and is not used", url, maxDownload>>20)
}

// progress logs every quarter of a download.
type progress struct {
	log        *slog.Logger
	stalled    *time.Timer
	size, done int64
}

func (p *progress) Write(b []byte) (int, error) {
	p.stalled.Reset(stall)
	before := p.done
	p.done += int64(len(b))
	if p.size > 0 && 4*before/p.size != 4*p.done/p.size {
		p.log.Info("downloading PostgreSQL", slog.Int64("percent", 100*p.done/p.size))
	}
	return len(b), nil
}
