package browser

import (
	"context"
	"net/http"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// TakeCookies gives the person's window cookies that a server has set for an address, as if the
// person had been there.
func (p *Person) TakeCookies(address string, cookies []*http.Cookie) {
	p.t.Helper()
	taken := network.SetCookiesParams{}
	for _, c := range cookies {
		taken.Cookies = append(taken.Cookies, &network.CookieParam{
			Name: c.Name, Value: c.Value, URL: address, HTTPOnly: c.HttpOnly, SameSite: network.CookieSameSiteLax,
		})
	}
	p.do("take cookies of "+address, func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, network.SetCookies, taken)
		return err
	})
}
