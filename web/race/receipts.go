package race

import (
	"context"
	"log/slog"

	"go-crablet/dcb"
	"go-crablet/lab"
	"go-crablet/receipt"
	"go-crablet/web/site"
	"go-crablet/web/story"
)

// Recorder returns a function that keeps a receipt of every decision in a race. If a receipt
// can't be kept, the error is logged, and the lane ends without a link to it.
func Recorder(receipts *receipt.Store, logger *slog.Logger) lab.Recorder {
	return recorder(receipts, logger, "A contender takes a seat in a race", func(command string) string { return command })
}

// GuestRecorder is [Recorder] for the race of a guest. Its receipts name the model that decided,
// so no page takes its command for one of ours.
func GuestRecorder(receipts *receipt.Store, logger *slog.Logger, model string) lab.Recorder {
	return recorder(receipts, logger, "A contender takes a seat by the rules of "+model, func(command string) string {
		return story.CommandOf(model, command)
	})
}

func recorder(receipts *receipt.Store, logger *slog.Logger, title string, name func(command string) string) lab.Recorder {
	return func(ctx context.Context, cmd dcb.Command) (context.Context, *dcb.Trace, func() string) {
		decided, recorder := receipt.Record(ctx, cmd, title)
		return decided, recorder.Trace(), func() string {
			record, ended := recorder.Receipt()
			if !ended {
				return ""
			}
			record.Command = name(record.Command)
			if story.MayBeStored(record) {
				record.ID = story.ReceiptOf(record.Last().Wanted[0].ID) // all decisions of a race have the same correlation ID
			}
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), site.LongestAfterthought)
			defer cancel()
			if err := receipts.Save(ctx, record); err != nil {
				logger.ErrorContext(ctx, "keep a receipt of a race", "error", err, "command", string(record.Input))
				return ""
			}
			return record.ID
		}
	}
}
