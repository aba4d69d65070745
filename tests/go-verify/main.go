// Verifies a trail in a folder with the libraries of the Go checksum database (golang.org/x/mod/sumdb), and writes a note
// and a tree of its own into the folder "go" below it.
//
//	go-verify FOLDER
//
// The folder has: log.vkey, witness.vkey; earlier and checkpoint, two signed notes, the second one cosigned; tile/…, the tiles
// and bundles of the second; inclusion, a line with a leaf's number and a line for each hash of its path; consistency, a line
// for each hash of the path from the first to the second.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height = 8
	width  = 1 << height
)

func main() {
	if len(os.Args) != 2 {
		fail(fmt.Errorf("usage: go-verify FOLDER"))
	}
	if err := run(os.Args[1]); err != nil {
		fail(err)
	}
}

func run(folder string) error {
	earlier, err := checkpoint(folder, "earlier", 1)
	if err != nil {
		return fmt.Errorf("earlier: %w", err)
	}
	tree, err := checkpoint(folder, "checkpoint", 2)
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	reader := tlog.TileHashReader(tree, tiles{folder})
	entries, err := entries(folder, tree.N)
	if err != nil {
		return fmt.Errorf("entries: %w", err)
	}
	for first := 0; first < len(entries); first += width {
		var indexes []int64
		for number := first; number < first+width && number < len(entries); number++ {
			indexes = append(indexes, tlog.StoredHashIndex(0, int64(number)))
		}
		found, err := reader.ReadHashes(indexes)
		if err != nil {
			return fmt.Errorf("tiles: %w", err)
		}
		for place, hash := range found {
			if hash != tlog.RecordHash(entries[first+place]) {
				return fmt.Errorf("tiles: entry %d is not the leaf", first+place)
			}
		}
	}
	if err := proofs(folder, earlier, tree, reader, entries); err != nil {
		return err
	}
	if err := own(folder, entries); err != nil {
		return fmt.Errorf("own: %w", err)
	}
	fmt.Printf("verified %d entries\n", len(entries))
	return nil
}

// checkpoint opens a note by the keys of log and witness, of which so many must have signed.
func checkpoint(folder, name string, signers int) (tlog.Tree, error) {
	message, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		return tlog.Tree{}, err
	}
	vkey, err := os.ReadFile(filepath.Join(folder, "log.vkey"))
	if err != nil {
		return tlog.Tree{}, err
	}
	log, err := note.NewVerifier(string(vkey))
	if err != nil {
		return tlog.Tree{}, err
	}
	witness, err := newCosigner(filepath.Join(folder, "witness.vkey"))
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open(message, note.VerifierList(log, witness))
	if err != nil {
		return tlog.Tree{}, err
	}
	if len(opened.Sigs) != signers || len(opened.UnverifiedSigs) != 0 {
		return tlog.Tree{}, fmt.Errorf("%d signatures and %d unverified", len(opened.Sigs), len(opened.UnverifiedSigs))
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != log.Name() {
		return tlog.Tree{}, fmt.Errorf("the text is no checkpoint of %s", log.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

// cosigner verifies cosignatures, which the library does not know: it only asks for a verifier with this name and id.
type cosigner struct {
	name string
	id   uint32
	key  ed25519.PublicKey
}

func newCosigner(file string) (*cosigner, error) {
	vkey, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	parts := strings.SplitN(string(vkey), "+", 3)
	if len(parts) != 3 {
		return nil, fmt.Errorf("the witness's key has %d parts", len(parts))
	}
	id, err := strconv.ParseUint(parts[1], 16, 32)
	if err != nil {
		return nil, err
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 33 || key[0] != 4 {
		return nil, fmt.Errorf("the witness's key is not of type 4")
	}
	return &cosigner{parts[0], uint32(id), key[1:]}, nil
}

func (c *cosigner) Name() string    { return c.name }
func (c *cosigner) KeyHash() uint32 { return c.id }
func (c *cosigner) Verify(text, signature []byte) bool {
	if len(signature) != 72 {
		return false
	}
	time := binary.BigEndian.Uint64(signature)
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", time, text)
	return ed25519.Verify(c.key, []byte(message), signature[8:])
}

// tiles reads tiles from the folder; the library verifies them.
type tiles struct{ folder string }

func (t tiles) Height() int                     { return height }
func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}
func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var read [][]byte
	for _, tile := range wanted {
		// The library's names begin with the height of tiles.
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(t.folder, path))
		if err != nil {
			return nil, err
		}
		read = append(read, data)
	}
	return read, nil
}

// entries reads all bundles.
func entries(folder string, size int64) ([][]byte, error) {
	var all [][]byte
	for first := int64(0); first < size; first += width {
		tile := tlog.Tile{H: height, L: 0, N: first / width, W: width}
		if first+width > size {
			tile.W = int(size - first)
		}
		path := strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1)
		data, err := os.ReadFile(filepath.Join(folder, path))
		if err != nil {
			return nil, err
		}
		for len(data) > 0 {
			if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
				return nil, fmt.Errorf("%s ends within an entry", path)
			}
			length := int(binary.BigEndian.Uint16(data))
			all = append(all, data[2:2+length])
			data = data[2+length:]
		}
	}
	if int64(len(all)) != size {
		return nil, fmt.Errorf("%d entries, not %d", len(all), size)
	}
	return all, nil
}

// proofs verifies both given proofs, and compares them with those that the library makes.
func proofs(folder string, earlier, tree tlog.Tree, reader tlog.HashReader, entries [][]byte) error {
	lines, err := linesOf(folder, "inclusion")
	if err != nil || len(lines) == 0 {
		return fmt.Errorf("inclusion: no leaf is named (%v)", err)
	}
	index, err := strconv.ParseInt(lines[0], 10, 64)
	if err != nil {
		return err
	}
	inclusion, err := hashes(lines[1:])
	if err != nil {
		return err
	}
	if index < 0 || index >= tree.N {
		return fmt.Errorf("inclusion: no leaf %d", index)
	}
	leaf := tlog.RecordHash(entries[index])
	if err := tlog.CheckRecord(inclusion, tree.N, tree.Hash, index, leaf); err != nil {
		return fmt.Errorf("inclusion: %w", err)
	}
	if made, err := tlog.ProveRecord(tree.N, index, reader); err != nil || fmt.Sprint(made) != fmt.Sprint(inclusion) {
		return fmt.Errorf("inclusion: the library's proof is a different one (%v)", err)
	}
	lines, err = linesOf(folder, "consistency")
	if err != nil {
		return err
	}
	consistency, err := hashes(lines)
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(consistency, tree.N, tree.Hash, earlier.N, earlier.Hash); err != nil {
		return fmt.Errorf("consistency: %w", err)
	}
	if made, err := tlog.ProveTree(tree.N, earlier.N, reader); err != nil || fmt.Sprint(made) != fmt.Sprint(consistency) {
		return fmt.Errorf("consistency: the library's proof is a different one (%v)", err)
	}
	return nil
}

// own writes what the library makes: a key, a checkpoint over the entries, and a proof of the last one.
func own(folder string, entries [][]byte) error {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var found []tlog.Hash
		for _, index := range indexes {
			found = append(found, stored[index])
		}
		return found, nil
	})
	for number, entry := range entries {
		hashes, err := tlog.StoredHashes(int64(number), entry, reader)
		if err != nil {
			return err
		}
		stored = append(stored, hashes...)
	}
	size := int64(len(entries))
	root, err := tlog.TreeHash(size, reader)
	if err != nil {
		return err
	}
	skey, vkey, err := note.GenerateKey(rand.Reader, "go.example/log")
	if err != nil {
		return err
	}
	signer, err := note.NewSigner(skey)
	if err != nil {
		return err
	}
	message, err := note.Sign(&note.Note{Text: fmt.Sprintf("go.example/log\n%d\n%v\n", size, root)}, signer)
	if err != nil {
		return err
	}
	proof, err := tlog.ProveRecord(size, size-1, reader)
	if err != nil {
		return err
	}
	var inclusion bytes.Buffer
	for _, hash := range proof {
		fmt.Fprintln(&inclusion, hash)
	}
	below := filepath.Join(folder, "go")
	if err := os.MkdirAll(below, 0o777); err != nil {
		return err
	}
	for name, data := range map[string][]byte{"vkey": []byte(vkey), "checkpoint": message, "inclusion": inclusion.Bytes()} {
		if err := os.WriteFile(filepath.Join(below, name), data, 0o666); err != nil {
			return err
		}
	}
	return nil
}

func linesOf(folder, name string) ([]string, error) {
	data, err := os.ReadFile(filepath.Join(folder, name))
	return strings.Fields(string(data)), err
}

func hashes(lines []string) ([]tlog.Hash, error) {
	var all []tlog.Hash
	for _, line := range lines {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return nil, err
		}
		all = append(all, hash)
	}
	return all, nil
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "error:", err)
	os.Exit(1)
}
