package browser

import (
	"context"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Print is the PDF that the browser would print of the page.
func (p *Person) Print() []byte {
	p.t.Helper()
	var pdf []byte
	p.do("print the page", func(ctx context.Context, tab *chromedp.Target) error {
		printed, err := cdp.Call(ctx, tab, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: new(true), PrintBackground: new(true)})
		pdf = printed.Data
		return err
	})
	return pdf
}
