//! What terminals and the server say to each other (`wire`), and the client that says it.
