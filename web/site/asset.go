package site

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"time"

	"go-crablet/web/ui"
)

var (
	//go:embed assets
	assetFiles embed.FS

	// There is a stylesheet for each subject. They are served as one, in the order of their names.
	//
	//go:embed styles
	styleFiles embed.FS
)

// assets are the files that pages load, by name.
var assets = loadAssets()

type asset struct {
	content []byte
	hash    string // of the content
}

func loadAssets() map[string]asset {
	all := map[string]asset{}
	add := func(name string, content []byte) {
		sum := sha256.Sum256(content)
		all[name] = asset{content, hex.EncodeToString(sum[:6])}
	}
	ui.EachFile(assetFiles, add)
	var styles bytes.Buffer
	ui.EachFile(styleFiles, func(_ string, content []byte) { styles.Write(content) })
	add("app.css", styles.Bytes())
	return all
}

// AssetURL returns the address of an asset. It changes with the content of the asset.
func AssetURL(name string) string {
	asset, found := assets[name]
	if !found {
		panic("no asset is called " + name) // a mistake in a template
	}
	return "/assets/" + name + "?v=" + asset.hash
}

// Asset serves an asset. Browsers may cache it forever if its address has the right hash. While
// a new version is rolled out, an address from another instance may have the hash of another
// content: then the answer must not be cached under this address.
func (s *Site) Asset(v *Visit) error {
	name := v.ID("file")
	asset, found := assets[name]
	if !found {
		return v.noSuchPage()
	}
	keep := "no-store"
	if v.R.URL.Query().Get("v") == asset.hash {
		keep = "public, max-age=31536000, immutable"
	}
	v.W.Header().Set("Cache-Control", keep)
	http.ServeContent(v.W, v.R, name, time.Time{}, bytes.NewReader(asset.content))
	return nil
}
