//! The smallest Tauri window that can tell when it is drawn.

fn main() {
    tauri::Builder::default()
        .invoke_handler(tauri::generate_handler![usable])
        .run(tauri::generate_context!())
        .expect("the window opens");
}

#[tauri::command]
fn usable() {
    println!("{{\"usable\":true}}");
}
