import Foundation
import Testing

@testable import Settings

@Suite("Secrets by reference")
struct SecretTests {
  /// A folder of this test alone, gone afterwards.
  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "finops-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  @Test("a variable is read, and a missing one is named")
  func environment() throws {
    let path = try #require(ProcessInfo.processInfo.environment["PATH"])
    #expect(try SecretReference.environment("PATH").resolve() == path)
    #expect(throws: SecretError.unset(variable: "FINOPS_NOT_SET")) {
      try SecretReference.environment("FINOPS_NOT_SET").resolve()
    }
  }

  @Test(
    "a file is read without its last line end",
    arguments: [("key", "key"), ("key\n", "key"), ("key\r\n", "key"), ("key\n\n", "key\n")])
  func file(text: String, secret: String) throws {
    try withFolder { folder in
      let file = folder.appending(path: "key")
      try Data(text.utf8).write(to: file)
      #expect(try SecretReference.file(file.path).resolve() == secret)
    }
  }

  @Test("a linked file is read: Kubernetes mounts secrets as links")
  func link() throws {
    try withFolder { folder in
      try Data("key".utf8).write(to: folder.appending(path: "real"))
      let link = folder.appending(path: "link")
      try FileManager.default.createSymbolicLink(
        at: link, withDestinationURL: folder.appending(path: "real"))
      #expect(try SecretReference.file(link.path).resolve() == "key")
    }
  }

  @Test(
    "what is no regular, small text file is refused", arguments: ["/dev/zero", "/", "/no/such"])
  func odd(path: String) {
    #expect(throws: SecretError.self) { try SecretReference.file(path).resolve() }
  }

  @Test("a file over 64 KiB, of no text, or empty is refused")
  func badContents() throws {
    try withFolder { folder in
      let file = folder.appending(path: "key")
      for bytes in [Data(count: 65_537), Data([0xFF, 0xFE]), Data(), Data("\n".utf8)] {
        try bytes.write(to: file)
        #expect(throws: SecretError.self) { try SecretReference.file(file.path).resolve() }
      }
    }
  }

  @Test("a program's output is the secret; no shell looks at its words")
  func program() throws {
    #expect(try SecretReference.program(["echo", "a b; $HOME"]).resolve() == "a b; $HOME")
    #expect(try SecretReference.program(["/bin/echo", "key"]).resolve() == "key")
  }

  @Test(
    "a program that fails, is missing or says nothing is an error",
    arguments: [["false"], ["/no/such/program"], ["true"]])
  func failingProgram(words: [String]) {
    #expect(throws: SecretError.self) { try SecretReference.program(words).resolve() }
  }

  @Test("a program that prints without end is stopped")
  func endlessProgram() {
    #expect(throws: SecretError.failed(program: "yes", "printed more than 65536 bytes")) {
      try SecretReference.program(["yes"]).resolve()
    }
  }

  @Test("settings are loaded from a file, and a missing file is an error of its first line")
  func load() throws {
    try withFolder { folder in
      let file = folder.appending(path: "finops.yaml")
      try Data(smallest.utf8).write(to: file)
      #expect(try Settings.load(path: file.path).get().dataDirectory == folder.path + "/.finops")
      let missing = folder.appending(path: "none.yaml").path
      let errors = #expect(throws: SettingsErrors.self) { try Settings.load(path: missing).get() }
      #expect(errors?.description.hasPrefix("\(missing):1:1: error: ") == true)
    }
  }
}
