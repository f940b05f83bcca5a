package race

import (
	"context"
	"log/slog"

	"go-crablet/domain/courses"
	"go-crablet/lab"
	"go-crablet/receipt"
	"go-crablet/web/site"
	"go-crablet/web/story"
)

// Recorder returns a function that keeps a receipt of every decision in a race. If a receipt
// can't be kept, the error is logged, and the lane ends without a link to it.
func Recorder(receipts *receipt.Store, logger *slog.Logger) lab.Recorder {
	return func(ctx context.Context, cmd courses.SubscribeStudent) (context.Context, func() string) {
		decide, recorder := receipt.Record(ctx, cmd, "A contender takes a seat in a race")
		return decide, func() string {
			record, ended := recorder.Receipt()
			if !ended {
				return ""
			}
			if story.MayBeStored(record) {
				record.ID = story.ReceiptOf(record.Last().Wanted[0].ID) // all decisions of a race have the same correlation ID
			}
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), site.LongestAfterthought)
			defer cancel()
			if err := receipts.Save(ctx, record); err != nil {
				logger.ErrorContext(ctx, "keep a receipt of a race", "error", err, "student", string(cmd.Student))
				return ""
			}
			return record.ID
		}
	}
}
