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

	// The stylesheet is written as one file for each subject and served as one.
	//
	//go:embed styles
	styleFiles embed.FS
)

// assets are the files that pages need, by name, each with a hash of its content.
var assets = loadAssets()

type asset struct {
	content []byte
	hash    string
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

// AssetURL returns the address of an asset, which changes with its content.
func AssetURL(name string) string {
	asset, found := assets[name]
	if !found {
		panic("no asset is called " + name) // it would be part of the program
	}
	return "/assets/" + name + "?v=" + asset.hash
}

// Asset serves an asset. One that is asked for by its true hash may be kept for good. By
// another hash it is another one, which a newer or an older instance has: whoever is told
// to come here, while the two take turns, must not keep this one under that name.
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
