//! QR codes on paper and in pictures, and the two things Madoka puts in them.
