package dcbfile

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/jackc/pgx/v5/pgxpool"
)

// batchBytes of lines are stored in one transaction: tens of thousands of ordinary events.
const batchBytes = 8 << 20

// Import stores the events of a file that [Export] has written in the pool's database. The
// log there must be empty, or have the first events of the same file from an interrupted
// import: then Import goes on after them. The role must own dcb_event.
//
// Import tells progress how many events of how many are stored. progress may be nil. If
// Import goes on with an interrupted import, the first call tells where.
//
// If something is wrong with the file, the error matches [*FileError], and the log is empty
// again. After any other error, either the log is as it was before, or the import is not
// finished: nobody can use the log, and the same file can be imported again. The error says
// which.
func Import(ctx context.Context, pool *pgxpool.Pool, r io.Reader, progress func(done, total int64)) (Summary, error) {
	if progress == nil {
		progress = func(int64, int64) {}
	}
	f := newFile(r)
	first, err := f.header()
	if err != nil {
		return Summary{}, fmt.Errorf("import a log: %w; nothing was stored", err)
	}
	log, err := begin(ctx, pool)
	if err != nil {
		return Summary{}, fmt.Errorf("import a log: %w", err)
	}
	err = storeRest(ctx, log, f, first.Events, progress)
	switch _, isFault := errors.AsType[*FileError](err); {
	case err == nil:
		return Summary{Events: first.Events, SHA256: digestOf(f.digest)}, nil
	case isFault:
		if discardErr := log.discard(ctx); discardErr != nil {
			return Summary{}, fmt.Errorf("import a log: %w; and what was stored could not be taken back, discard it: %w", err, discardErr)
		}
		return Summary{}, fmt.Errorf("import a log: %w; the log is empty as before", err)
	default:
		return Summary{}, fmt.Errorf("import a log: %w; the import is not finished, and nobody can use the log: "+
			"import the same file again to go on, or discard what was stored", err)
	}
}

// storeRest stores the events of a file that are not stored yet. total is how many it has.
func storeRest(ctx context.Context, log *unfinished, f *file, total int64, progress func(done, total int64)) error {
	if err := f.skip(log.stored, log.digest); err != nil {
		return err
	}
	progress(log.stored, total)
	for log.stored < total {
		b, err := f.batch(ctx, log.stored, total)
		if err != nil {
			return err
		}
		if err := log.store(ctx, b); err != nil {
			return err
		}
		progress(log.stored, total)
	}
	if err := f.end(); err != nil {
		return err
	}
	return log.finish(ctx)
}

// A file is read line by line.
type file struct {
	in     *bufio.Reader
	long   []byte // a line that is longer than the buffer
	line   int64  // the number of the last line read
	digest hash.Hash
	again  *encoder
}

func newFile(r io.Reader) *file {
	return &file{in: bufio.NewReaderSize(r, 1<<20), digest: sha256.New(), again: newEncoder()}
}

// next returns the next line with its end, until the next call. At the end of the file, also
// inside a line, the error is io.EOF.
func (f *file) next() ([]byte, error) {
	f.line++
	f.long = f.long[:0]
	for {
		part, err := f.in.ReadSlice('\n')
		if err == nil && len(f.long) == 0 {
			return part, nil
		}
		f.long = append(f.long, part...)
		switch {
		case len(f.long) > mostLine:
			return nil, f.fault(fmt.Errorf("it is longer than %d bytes", mostLine))
		case err == nil:
			return f.long, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		}
	}
}

func (f *file) fault(err error) error { return &FileError{f.line, err.Error()} }

// header reads the first line. A file of another kind may have no line ends, so header first
// looks at the bytes with which every export begins.
func (f *file) header() (header, error) {
	start, err := f.in.Peek(len(`{"format":"` + formatName + `",`))
	if len(start) == 0 && errors.Is(err, io.EOF) {
		return header{}, errors.New("the file is empty")
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return header{}, err
	}
	if string(start) != `{"format":"`+formatName+`",` {
		return header{}, &FileError{1, "the file is not an export of a log"}
	}
	line, err := f.next()
	if err != nil {
		return header{}, atEnd(err)
	}
	f.digest.Write(line)
	var version struct{ Version int } // another version may have other members
	if err := json.Unmarshal(line, &version); err == nil && version.Version != formatVersion {
		return header{}, f.fault(fmt.Errorf("the file is of version %d of the format, and this program reads version %d", version.Version, formatVersion))
	}
	var first header
	if err := decode(line, &first, f.again); err != nil {
		return header{}, f.fault(err)
	}
	if first.Events < 0 {
		return header{}, f.fault(fmt.Errorf("it says that there are %d events", first.Events))
	}
	return first, nil
}

// skip reads the lines of events that are stored, and checks their digest.
func (f *file) skip(events int64, digest string) error {
	if events == 0 {
		return nil
	}
	for range events {
		line, err := f.next()
		if errors.Is(err, io.EOF) {
			return errOtherFile(events)
		}
		if err != nil {
			return err
		}
		f.digest.Write(line)
	}
	if digestOf(f.digest) != digest {
		return errOtherFile(events)
	}
	return nil
}

// end reads the last line, and checks that it is the last one.
func (f *file) end() error {
	digest := digestOf(f.digest)
	line, err := f.next()
	if err != nil {
		return atEnd(err)
	}
	var last footer
	if err := decode(line, &last, f.again); err != nil {
		return f.fault(fmt.Errorf("after the last event there should be the digest: %w", err))
	}
	if last.SHA256 != digest {
		return f.fault(fmt.Errorf("the digest is %q, and that of the lines above is %q: one of them has changed since the export", last.SHA256, digest))
	}
	switch line, err := f.next(); {
	case err == nil || len(line) > 0 || len(f.long) > 0:
		return f.fault(errors.New("there is something after the last line"))
	case !errors.Is(err, io.EOF):
		return err
	}
	return nil
}
